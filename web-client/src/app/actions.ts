/** What a person can do in the app: what the views call. Each asks the server or changes the view. */
import type {
  ClientMessage,
  ConsentScope,
  ConsentTextResponse,
  TurnKind,
} from '../protocol/generated/messages.ts';
import { newAttempt as newRef } from '../signaling/post.ts';
import type { Stage } from '../voice/stage.ts';
import { mayNotify } from './alarm.ts';
import * as chats from './chat.ts';
import { consentActions, type Spoken } from './consenting.ts';
import { chooseOutput } from './devices.ts';
import type { Model, Panel, Question } from './model.ts';
import type { Refusal } from './notice.ts';
import type { OwnCare } from './owncare.ts';
import { arrivalOf } from './waiting.ts';

export interface Actions {
  toggleMicrophone(): void;
  toggleCamera(): void;
  flipCamera(): void;
  openMicrophone(): void;
  listen(): void;
  chooseOutput(id: string): void;
  /** Asks once, or takes the question back. */
  ask(question: Question | undefined): void;
  leave(): void;
  /** `takeover`: out of the hands of another device. */
  enterAgain(takeover?: boolean): void;
  /** Opens it, or closes it when it is open. */
  openPanel(panel: Panel): void;
  /** Opens it, and leaves it open. */
  showPanel(panel: Panel): void;
  openTalk(talk: chats.Talk): void;
  say(typed: string): void;
  raiseHand(): void;
  askTurn(kind: TurnKind): void;
  answerMute(yes: boolean): void;
  /** Whose card: the server makes that person's coming in quick. */
  choose(seat: number): void;
  /** Everybody on the list was seen. */
  notice(): void;
  allowNotify(): void;
  admit(seat: number): void;
  hold(seat: number): void;
  deny(seat: number): void;
  remove(seat: number): void;
  askMute(seat: number): void;
  lock(locked: boolean): void;
  /** To another practitioner, by the one who treats. */
  treat(seat: number): void;
  /** undefined: nobody speaks for the patient any more. */
  represent(seat: number | undefined): void;
  /** By how many minutes; undefined: not late after all. */
  tellLate(minutes: number | undefined): void;
  /** Opens what was said to the words of consent, or the words where nothing was. */
  openConsent(): void;
  /** Fetches the words, if they are not there. */
  openConsentText(): void;
  /** `said`: aloud, written down here. What was asked and not ticked is a no, once that was asked. */
  agree(ticked: readonly ConsentScope[], said?: Spoken): void;
  /** No, or not any more. */
  withdraw(scopes: readonly ConsentScope[]): void;
  end(): void;
}

export interface Outlet {
  fetchConsentText(scopes: readonly ConsentScope[]): Promise<ConsentTextResponse>;
  readonly care: OwnCare;
  say(message: chats.PendingMessage): void;
  /** False when it could not go out now. */
  send(message: ClientMessage): boolean;
  refuse(refusal: Refusal): void;
}

export function createActions(stage: Stage, model: Model, outlet: Outlet): Actions {
  const { call } = stage;

  /** What is done now or not at all: a “come in” that goes out minutes later is no longer meant. */
  const order = (message: ClientMessage) => {
    const isSent = outlet.send(message);
    if (!isSent) outlet.refuse('offline');
    return isSent;
  };

  const show = (panel: Panel, talk?: chats.Talk) => {
    model.panel.value = panel;
    model.chat.value = chats.opened(model.chat.value, panel === 'chat', talk);
  };

  const notice = () => {
    model.noticed.value = new Set(model.waiting.value.map(arrivalOf));
  };

  const aboutWaiting = (message: ClientMessage) => {
    notice();
    model.question.value = undefined;
    return order(message);
  };

  return {
    toggleMicrophone: () => call.setMicrophone(!call.state.microphone),
    toggleCamera: () => void outlet.care.setCamera(!call.state.camera),
    flipCamera: () => void outlet.care.flip(),
    openMicrophone: () => void outlet.care.openMicrophone(),
    listen: () => call.play(),
    chooseOutput: (id) => void chooseOutput(stage, model, id),
    ask(question) {
      model.question.value = question;
    },
    leave() {
      model.question.value = undefined;
      model.ended.value = 'left';
      outlet.send({ type: 'leave' });
      call.leave();
    },
    enterAgain: (takeover) => stage.enterAgain(takeover),
    openPanel: (panel) => show(model.panel.value === panel ? 'none' : panel),
    showPanel: (panel) => show(panel),
    openTalk(talk) {
      notice();
      show('chat', talk);
    },
    say(typed) {
      const text = chats.sendableText(typed);
      if (text === undefined) return;
      const pending = { ref: newRef(), text, ...chats.addressee(model.chat.value) };
      model.chat.value = chats.written(model.chat.value, pending);
      outlet.say(pending);
    },
    raiseHand() {
      model.handWish.value = !model.hand.value;
    },
    askTurn: (kind) => void order({ type: 'turn', kind }),
    answerMute(yes) {
      model.muteRequest.value = undefined;
      if (yes) call.setMicrophone(false);
    },
    choose(seat) {
      notice();
      if (model.card.value === seat) return;
      model.card.value = seat;
      outlet.send({ type: 'openCard', seat });
    },
    notice,
    allowNotify() {
      model.mayAskNotify.value = false;
      void Notification.requestPermission().then(() => {
        model.mayAskNotify.value = mayNotify('default');
      });
    },
    admit(seat) {
      if (!aboutWaiting({ type: 'admit', seat })) return;
      model.called.value = new Set(model.called.value).add(seat);
    },
    hold: (seat) => void aboutWaiting({ type: 'hold', seat }),
    deny: (seat) => void aboutWaiting({ type: 'deny', seat }),
    remove: (seat) => void aboutWaiting({ type: 'remove', seat }),
    askMute: (seat) => void order({ type: 'askMute', seat }),
    lock: (locked) => void order({ type: 'lock', locked }),
    treat: (seat) => void order({ type: 'treat', seat }),
    represent: (seat) => void order({ type: 'represent', ...(seat && { seat }) }),
    tellLate(minutes) {
      model.question.value = undefined;
      order({ type: 'late', ...(minutes && { minutes }) });
    },
    ...consentActions(model, { ...outlet, order, show: () => show('consent') }),
    end() {
      model.question.value = undefined;
      order({ type: 'end' });
    },
  };
}
