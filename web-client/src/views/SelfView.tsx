/** The own picture, small and mirrored, as people know themselves. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AppWords } from '../i18n/words.ts';

interface SelfProps {
  readonly track: MediaStreamTrack | undefined;
  readonly words: AppWords;
}

export function SelfView({ track, words }: SelfProps) {
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  if (!track) return null;
  return (
    <figure class="self" data-testid="self">
      <video ref={video} autoplay muted playsInline />
      <figcaption>{words.me}</figcaption>
    </figure>
  );
}
