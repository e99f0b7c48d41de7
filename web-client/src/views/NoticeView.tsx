/** The one notice, calm, with the one thing that can be done about it. */
import type { Notice } from '../app/notice.ts';
import type { Rests } from '../app/rests.ts';
import type { AppWords } from '../i18n/words.ts';
import type { AppProps } from './App.tsx';

export function NoticeView({ model, actions }: AppProps) {
  const notice = model.notice.value;
  if (!notice) return null;
  return (
    <div class="notice" role="status" data-testid="notice">
      <p>{noticeWords(notice, model)}</p>
      <Action notice={notice} model={model} actions={actions} />
    </div>
  );
}

function noticeWords(notice: Notice, { words }: AppProps['model']): string {
  switch (notice.kind) {
    case 'silenced':
      return '';
    case 'microphoneLost':
      return words.microphoneLost;
    case 'full':
      return words.refusedFull;
    case 'tooLate':
      return words.refusedTooLate;
    case 'notYours':
      return words.refusedNotYours;
    case 'notBooked':
      return words.refusedNotBooked;
    case 'tooEarly':
      return words.refusedTooEarly;
    case 'noLonger':
      return words.refusedNoLonger;
    case 'onlyOne':
      return words.refusedOnlyOne;
    case 'consent':
      return words.refusedConsent;
    case 'signed':
      return words.refusedSigned;
    case 'storeAway':
      return words.refusedStoreAway;
    case 'offline':
      return words.refusedOffline;
    case 'weakVoice':
      return words.weakVoice;
    case 'weakPictures':
      return words.weakPictures;
    case 'rest':
      return restWords(notice.rests, words);
    case 'microphoneMoved':
      return words.microphoneMoved;
    case 'cameraFailed':
      return words.cameraFailed;
    case 'eventsAway':
      return words.eventsAway;
    default:
      return notice satisfies never;
  }
}

function restWords(rests: Exclude<Rests, 'none'>, words: AppWords): string {
  switch (rests) {
    case 'own':
      return words.ownPictureRests;
    case 'others':
      return words.picturesRest;
    case 'both':
      return words.allPicturesRest;
    default:
      return rests satisfies never;
  }
}

function Action({
  notice,
  model,
  actions,
}: Pick<AppProps, 'model' | 'actions'> & { notice: Notice }) {
  switch (notice.action) {
    case 'listen':
      return (
        <button type="button" class="button filled" onClick={actions.listen}>
          {model.voiceWords.tapToHear}
        </button>
      );
    case 'openMicrophone':
      return (
        <button type="button" class="button filled" onClick={actions.openMicrophone}>
          {model.words.openMicrophone}
        </button>
      );
    case 'stopVideo':
      return (
        <button type="button" class="button" onClick={actions.toggleCamera}>
          {model.words.voiceOnlyNow}
        </button>
      );
    case undefined:
      return null;
    default:
      return notice satisfies never;
  }
}
