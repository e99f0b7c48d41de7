/** One drawing out of the set that index.html carries. */
export type IconName =
  | 'camera'
  | 'camera-off'
  | 'chat'
  | 'close'
  | 'leave'
  | 'microphone'
  | 'microphone-off'
  | 'send';

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}
