/** The own picture, small and mirrored as people know themselves; a wound is shown as it is. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Model } from '../app/model.ts';
import type { Stage } from '../voice/stage.ts';

interface SelfProps {
  readonly stage: Stage;
  readonly model: Model;
}

export function SelfView({ stage, model }: SelfProps) {
  const { camera, facing } = model.call.value;
  const track = camera ? stage.call.cameraTrack : undefined;
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  if (!track) return null;
  return (
    <figure class="self" data-testid="self" data-facing={facing}>
      <video ref={video} autoplay muted playsInline />
      <figcaption>{model.words.me}</figcaption>
    </figure>
  );
}
