/**
 * Minds one peer's link: the rung of its microphone, the cap of its picture, its reports.
 *
 * A script of its own, fetched as soon as the connection stands and before all that is larger: the
 * rest of the page takes long over a weak link. Until it is there the answer's own rung holds.
 */
import { type ArrivalStat, sinceLastPacket } from './arrivals.ts';
import { AUDIO_RUNGS, packetMsOf, withRung } from './audiorung.ts';
import { LinkChannel } from './linkchannel.ts';
import { type LinkPlan, parseLinkPlan } from './linkmessages.ts';
import type { LinkClock, StartLink } from './linkpeer.ts';
import { countReport, deviatesBetween, type ReportStat } from './linkreport.ts';
import { negotiateAgain } from './negotiation.ts';
import { Patience } from './patience.ts';
import { capOf } from './picturecap.ts';
import { Playout, withDirection } from './playout.ts';
import { parseLevel } from './probemessages.ts';
import { Recovery } from './recovery.ts';
import { stepsAhead } from './slots.ts';
import { heardOf } from './traffic.ts';

export const startLink: StartLink = (peer, events, clock = browserClock) => {
  const { connection, channel } = peer;
  const lines = connection.getTransceivers();
  const voices = lines.filter(
    ({ direction, receiver }) => direction === 'recvonly' && receiver.track.kind === 'audio',
  );
  const camera = lines.find(
    ({ direction, receiver }) => direction === 'sendonly' && receiver.track.kind === 'video',
  )?.sender;
  const usualRate = camera?.getParameters().encodings[0]?.maxBitrate;
  let capKbps = 0;
  const asked = packetMsOf(peer.answered);
  let rung = AUDIO_RUNGS.findIndex(({ packetMs }) => packetMs === asked);
  let rungSince = clock.now();
  let isRedundant = false;
  let newest: LinkPlan | undefined;
  /** Of the plan that was applied last. */
  let revision = 0;

  const setRung = async ({ rung: wanted, isRedundant: isTwice }: LinkPlan) => {
    const change = AUDIO_RUNGS[wanted];
    if ((wanted === rung && isTwice === isRedundant) || !change) return;
    // At once, so that the next plan is compared with this one, however long the round takes.
    rung = wanted;
    isRedundant = isTwice;
    rungSince = clock.now();
    await negotiateAgain(peer, (answer) => withRung(answer, change, isTwice));
  };

  const setCap = async (wanted: number) => {
    // Setting what is set already would disturb the encoder.
    if (wanted === capKbps) return;
    capKbps = wanted;
    await peer.enqueue(async () => {
      const parameters = camera?.getParameters();
      Object.assign(parameters?.encodings[0] ?? {}, capOf(wanted, usualRate));
      await camera?.setParameters(parameters as RTCRtpSendParameters);
    });
  };

  /** What a browser does not take is told by the report's flag, or dropped by the server. */
  const follow = async (plan: LinkPlan) => {
    newest = plan;
    events.plan?.(plan);
    await Promise.allSettled([setCap(plan.capKbps), setRung(plan)]);
    revision = plan.revision;
    talk.hasten();
  };

  const patience = new Patience();
  const playout = new Playout();
  let looksLeft = 0;
  let cancelLook: (() => void) | undefined;

  const lineOf = (mid: string | undefined) => lines.find((one) => one.mid === mid);

  const counts = async () => {
    const report = (await connection.getStats()) as unknown as Map<string, ReportStat>;
    const counted = countReport(report.values(), clock.now());
    const lately = looksLeft > 0 ? 'silent' : 'steady';
    for (const [stream, waitMs] of patience.look(counted.buffers, lately, counted.at)) {
      const line = lineOf(counted.buffers.get(stream)?.mid);
      if (line) Object.assign(line.receiver, { jitterBufferTarget: waitMs || null });
    }
    for (const stream of playout.look(counted.buffers, lately, counted.at)) {
      void playAnew(counted.buffers.get(stream)?.mid);
    }
    return counted;
  };

  /** What a network held back comes within the first second: the usual looks would see it late. */
  const lookAtPlayout = () => {
    cancelLook?.();
    if (looksLeft-- <= 0) return;
    cancelLook = clock.after(LOOK_MS, () => void counts().then(lookAtPlayout, lookAtPlayout));
  };

  /** A line that rests for a moment begins with an empty jitter buffer. Firefox was not tried. */
  const playAnew = async (mid: string | undefined) => {
    const line = lineOf(mid);
    if (!line || mid === undefined || isGecko) return;
    for (const [own, answered] of [
      ['inactive', 'inactive'],
      ['recvonly', 'sendonly'],
    ] as const) {
      await negotiateAgain(peer, (answer) => {
        line.direction = own;
        return withDirection(answer, mid, answered);
      });
    }
  };

  const recovery = new Recovery({
    hold: (held) => peer.hold(held),
    after: clock.after,
    ask: (ms) => events.silent?.(ms, !isGecko || ms < GECKO_HOLDS_ON_MS),
    holdsOn: () => connection.connectionState === 'connected',
    // A browser that refuses goes on as it is; the server is asked beside it.
    restart: () =>
      isGecko ||
      void negotiateAgain(peer, (answer) => answer, { iceRestart: true }).catch(() => undefined),
  });

  const talk = new LinkChannel({
    ...clock,
    isOpen: () => channel.readyState === 'open',
    send: (message) => channel.send(message),
    counts,
    voices: () =>
      voices.map(({ receiver }) =>
        receiver.getSynchronizationSources().reduce((sum, { timestamp }) => sum + timestamp, 0),
      ),
    traffic: () => heardOf(peer.connection),
    sendsPictures: () => Boolean(camera?.track),
    sinceLastPacket: async () => {
      const report = (await connection.getStats()) as unknown as Map<string, ArrivalStat>;
      return sinceLastPacket(report.values());
    },
    following(before, now) {
      const wanted = AUDIO_RUNGS[rung];
      const deviates = wanted && deviatesBetween(before, now, wanted, rungSince);
      return { revision, deviates: deviates ?? false };
    },
    late: () => recovery.late(),
    silent: (ms) => recovery.silent(ms),
    resumed() {
      looksLeft = LOOKS_AFTER_SILENCE;
      lookAtPlayout();
    },
    back() {
      if (recovery.back()) events.back?.();
    },
  });

  return {
    message(message) {
      const plan = parseLinkPlan(message);
      const isNew = plan && (!newest || stepsAhead(plan.revision, newest.revision) > 0);
      if (isNew) void follow(plan);
      const level = parseLevel(message);
      if (level) events.network?.(level);
      talk.message(message);
    },
    restart: () => recovery.restart(),
    close() {
      cancelLook?.();
      talk.close();
      recovery.close();
    },
  };
};

/** While what a network held back may be coming. */
const LOOK_MS = 150;
const LOOKS_AFTER_SILENCE = 20;

/** Longer than an ordinary outage; what comes back after it comes back with another transport in 2 s. */
const GECKO_HOLDS_ON_MS = 10_000;

/**
 * Firefox holds on to its path for about 25 s and goes on there when it comes back. What the data channel
 * sends during a restart ends its DTLS for good, and the transport with it (measured in 153). So it is
 * left alone, and after a while the server is asked for another transport instead.
 */
const isGecko = 'mozInnerScreenX' in globalThis;

const browserClock: LinkClock = {
  now: () => Math.floor(performance.now()),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
