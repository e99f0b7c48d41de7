/** One other person: the picture, or why there is none, and always the name. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Tile } from '../app/tiles.ts';
import type { AppWords } from '../i18n/words.ts';
import type { Role } from '../protocol/generated/messages.ts';
import { Icon } from '../ui/Icon.tsx';

interface TileProps {
  readonly tile: Tile;
  readonly words: AppWords;
  readonly element: HTMLVideoElement | undefined;
  readonly park: HTMLElement;
}

export function TileView({ tile, words, element, park }: TileProps) {
  const name = tile.name ?? words.unnamed;
  return (
    <figure
      class="tile"
      data-testid="tile"
      data-seat={tile.seat}
      data-state={tile.picture === 'live' ? 'live' : 'blank'}
    >
      <Adopted element={element} park={park} />
      {tile.picture !== 'live' && (
        <div class="faceless">
          <span class="initial" aria-hidden="true">
            {initial(name)}
          </span>
          <span>{pictureWords(tile.picture, words)}</span>
        </div>
      )}
      <figcaption class="name">
        <b>{name}</b>
        <small>
          {tile.role && roleWords(tile.role, words)}
          {tile.muted && (
            <span class="muted">
              <Icon name="microphone-off" /> {words.theirMicrophoneOff}
            </span>
          )}
        </small>
      </figcaption>
    </figure>
  );
}

/** A playing element on loan: put in place in one go, given back to the park when the tile goes. */
function Adopted({ element, park }: Pick<TileProps, 'element' | 'park'>) {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = host.current;
    if (!element || !place) return undefined;
    place.append(element);
    return () => {
      // Another tile may have it by now.
      if (element.parentNode === place) park.append(element);
    };
  }, [element, park]);
  return <div class="picture" ref={host} />;
}

/** Of the last word, which is the given name in Vietnamese. */
function initial(name: string): string {
  return [...(name.trim().split(/\s+/).at(-1) ?? '')][0] ?? '';
}

function pictureWords(picture: Exclude<Tile['picture'], 'live'>, words: AppWords): string {
  switch (picture) {
    case 'off':
      return words.theirCameraOff;
    case 'coming':
      return words.pictureComing;
    case 'away':
      return words.theirLinkAway;
    default:
      return picture satisfies never;
  }
}

function roleWords(role: Role, words: AppWords): string {
  switch (role) {
    case 'practitioner':
      return words.rolePractitioner;
    case 'patient':
      return words.rolePatient;
    case 'interpreter':
      return words.roleInterpreter;
    case 'companion':
      return words.roleCompanion;
    case 'observer':
      return words.roleObserver;
    default:
      return role satisfies never;
  }
}
