/** The staff's pages: coming in, and then the page that the address says. */
import { isIn } from '../entering.ts';
import { AccountView } from './AccountView.tsx';
import { AuditView } from './AuditView.tsx';
import { DayView } from './DayView.tsx';
import { EntryView } from './EntryView.tsx';
import { Frame } from './Frame.tsx';
import { KeysView } from './KeysView.tsx';
import type { PageProps } from './parts.tsx';
import { StaffView } from './StaffView.tsx';

export function App(props: PageProps) {
  const { model } = props;
  return (
    <>
      {isIn(model) ? (
        <Frame {...props}>
          <Page {...props} />
        </Frame>
      ) : (
        <EntryView {...props} />
      )}
      {/* Always in the document: a screen reader hears changes only of what was there before. */}
      <p class="unseen" role="status" data-testid="announced">
        {model.announced.value}
      </p>
    </>
  );
}

function Page(props: PageProps) {
  const { page } = props.model.route.value;
  switch (page) {
    case 'day':
      return <DayView {...props} />;
    case 'staff':
      return <StaffView {...props} />;
    case 'keys':
      return <KeysView {...props} />;
    case 'audit':
      return <AuditView {...props} />;
    case 'account':
      return <AccountView {...props} />;
    default:
      return page satisfies never;
  }
}
