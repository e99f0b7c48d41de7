/** Asks a patient to read and answer, and says why nothing flows. One line and one button, never over the call. */
import type { AppProps } from './App.tsx';

export function ConsentPrompt({ model, actions }: Pick<AppProps, 'model' | 'actions'>) {
  const { words } = model;
  if (model.panel.value === 'consent') return null;
  if (model.isWithheld.value) {
    const isOwn = model.consents.value.asked.length > 0;
    return (
      <div class="notice" role="status" data-testid="withheld">
        <p>{isOwn ? words.withheldStopped : words.withheldByPatient}</p>
        {isOwn && <Open label={words.consentAgain} onClick={actions.openConsent} />}
      </div>
    );
  }
  if (!model.isConsentAsked.value) return null;
  return (
    <div class="notice" data-testid="consent-asked">
      <p>{words.consentAsked}</p>
      <Open label={words.consentOpen} onClick={actions.openConsent} />
    </div>
  );
}

function Open({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="button filled" data-testid="consent-open" onClick={onClick}>
      {label}
    </button>
  );
}
