/** One drawing: out of the set that index.html carries, or of the app's own beside it. */
import { DRAWINGS } from './drawings.ts';

type PageIcon = 'camera' | 'leave' | 'microphone' | 'microphone-off';

export type IconName = PageIcon | keyof typeof DRAWINGS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

/** The app's own set: in the document once, drawn from anywhere. */
export function Drawings() {
  return (
    <svg hidden aria-hidden="true">
      {Object.entries(DRAWINGS).map(([name, path]) => (
        <symbol key={name} id={`i-${name}`} viewBox="0 0 24 24">
          <path d={path} />
        </symbol>
      ))}
    </svg>
  );
}
