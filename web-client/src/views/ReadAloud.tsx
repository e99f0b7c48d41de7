/** The words, read out by the device. Where it has no voice in their language, somebody else reads them. */
import { useEffect, useState } from 'preact/hooks';
import type { AppWords } from '../i18n/words.ts';
import type { ConsentTextResponse } from '../protocol/generated/messages.ts';
import { Icon } from '../ui/Icon.tsx';

interface Props {
  readonly text: ConsentTextResponse;
  readonly words: AppWords;
}

export function ReadAloud({ text, words }: Props) {
  const voice = useVoice(text.language);
  const [isReading, setReading] = useState(false);
  // Nobody listens to a page that was closed.
  useEffect(() => () => globalThis.speechSynthesis?.cancel(), []);
  if (!voice) return <p class="hint">{words.consentNoVoice}</p>;
  const read = () => {
    const said = [text.title, ...text.paragraphs, ...text.boxes.map((box) => box.words)];
    // One sentence after the other: browsers cut long ones off.
    said.forEach((sentence, index) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = 0.9;
      if (index === said.length - 1) utterance.onend = () => setReading(false);
      speechSynthesis.speak(utterance);
    });
    setReading(true);
  };
  const stop = () => {
    speechSynthesis.cancel();
    setReading(false);
  };
  return (
    <button
      type="button"
      class="button"
      data-testid="read-aloud"
      aria-pressed={isReading}
      onClick={isReading ? stop : read}
    >
      <Icon name={isReading ? 'pause' : 'bell'} />
      {isReading ? words.consentQuiet : words.consentAloud}
    </button>
  );
}

/** Browsers tell their voices late. */
function useVoice(language: string): SpeechSynthesisVoice | undefined {
  const [voice, setVoice] = useState<SpeechSynthesisVoice>();
  useEffect(() => {
    const synthesis = globalThis.speechSynthesis;
    if (!synthesis) return undefined;
    const look = () =>
      setVoice(synthesis.getVoices().find(({ lang }) => lang.startsWith(language)));
    look();
    synthesis.addEventListener('voiceschanged', look);
    return () => synthesis.removeEventListener('voiceschanged', look);
  }, [language]);
  return voice;
}
