/** One other person: the picture, or why there is none, and always the name. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isWithheld } from '../app/consent.ts';
import { languagePair } from '../app/languages.ts';
import type { Model } from '../app/model.ts';
import { isLessThanGood } from '../app/networklevel.ts';
import type { Tile } from '../app/tiles.ts';
import type { AppWords } from '../i18n/words.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { initial, networkWords, roleWords } from './persons.ts';
import './tile.css';

interface TileProps {
  readonly tile: Tile;
  readonly model: Model;
  readonly element: HTMLVideoElement | undefined;
  readonly park: HTMLElement;
}

export function TileView({ tile, model, element, park }: TileProps) {
  const { words } = model;
  const name = tile.name ?? words.unnamed;
  // Nothing is on its way: it was stopped.
  const isStopped = model.isWithheld.value || isWithheld(model.consents.value, tile.seat);
  const why = isStopped ? words.withheldStatus : pictureWords(tile.picture, words);
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
          <span>{why}</span>
        </div>
      )}
      <figcaption class="name">
        {/* On a low tile shortened: then the whole name is here and in the list of people. */}
        <b title={name}>{name}</b>
        <small>
          {tile.role && <span class="role">{roleWords(tile.role, words)}</span>}
          {tile.languages && (
            <span data-testid="languages">{languagePair(tile.languages, model.language)}</span>
          )}
        </small>
        <Marks tile={tile} words={words} why={why} />
      </figcaption>
    </figure>
  );
}

interface MarksProps {
  readonly tile: Tile;
  readonly words: AppWords;
  /** There is no picture. */
  readonly why: string;
}

/** What there is to know beside the picture: drawn, and in words where there is place. */
function Marks({ tile, words, why }: MarksProps) {
  const { picture } = tile;
  return (
    <span class="marks">
      {(picture === 'lost' || picture === 'away') && (
        // Elsewhere the same is said in place of the picture.
        <Mark className="blank" icon="network-off" said={why} />
      )}
      {picture === 'off' && (
        <Mark className="blank" icon="camera-off" said={words.theirCameraOff} />
      )}
      {tile.hand && <Mark icon="hand" said={words.theirHand} />}
      {tile.muted && (
        <Mark className="muted" icon="microphone-off" said={words.theirMicrophoneOff} />
      )}
      {isLessThanGood(tile.network) && (
        <Mark test="weak" icon="network" said={networkWords(tile.network, words)} />
      )}
    </span>
  );
}

interface MarkProps {
  readonly icon: IconName;
  readonly said: string;
  readonly className?: string;
  readonly test?: string;
}

function Mark({ icon, said, className = '', test }: MarkProps) {
  return (
    <span class={`mark ${className}`} title={said} data-testid={test}>
      <Icon name={icon} /> <span class="word">{said}</span>
    </span>
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

function pictureWords(picture: Tile['picture'], words: AppWords): string {
  switch (picture) {
    case 'live':
      return '';
    case 'off':
      return words.theirCameraOff;
    case 'coming':
      return words.pictureComing;
    case 'resting':
      return words.theirPictureRests;
    case 'away':
      return words.theirLinkAway;
    case 'lost':
      return words.theirLinkLost;
    default:
      return picture satisfies never;
  }
}
