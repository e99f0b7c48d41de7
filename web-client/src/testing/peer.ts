/** An RTCPeerConnection and its parts that do nothing but remember what was asked of them. */

export class FakeTrack {
  enabled = true;
  muted = false;
  readyState = 'live';
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  stopped = false;
  settings: { deviceId?: string; facingMode?: string } = {};

  constructor(readonly kind: string) {}

  getSettings() {
    return this.settings;
  }

  clone(): FakeTrack {
    return new FakeTrack(this.kind);
  }

  stop(): void {
    this.stopped = true;
    this.readyState = 'ended';
  }

  /** The device takes it away. */
  end(): void {
    this.readyState = 'ended';
    this.onended?.();
  }
}

export class FakeSender {
  track: unknown = null;
  parameters: { encodings: RTCRtpEncodingParameters[] } = {
    encodings: [{ active: true }],
  };

  async replaceTrack(track: unknown): Promise<void> {
    this.track = track;
  }

  getParameters() {
    return structuredClone(this.parameters);
  }

  async setParameters(parameters: FakeSender['parameters']): Promise<void> {
    this.parameters = parameters;
  }
}

export class FakeReceiver {
  sources: unknown[] = [];
  stats: Record<string, unknown>[] = [];
  readonly track: FakeTrack;

  constructor(kind: string) {
    this.track = new FakeTrack(kind);
  }

  getSynchronizationSources(): unknown[] {
    return this.sources;
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map(
      this.stats.map((stat, at) => [String(at), { type: 'inbound-rtp', ...stat }] as const),
    );
  }
}

export class FakeChannel {
  binaryType = '';
  readyState = 'open';
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  readonly sent: ArrayBuffer[] = [];

  send(message: ArrayBuffer): void {
    this.sent.push(message);
  }

  /** Comes from the server. */
  bring(...bytes: number[]): void {
    this.onmessage?.({ data: new Uint8Array(bytes).buffer });
  }
}

export class FakeConnection {
  connectionState = 'new';
  signalingState = 'stable';
  onconnectionstatechange: (() => void) | null = null;
  readonly lines: string[] = [];
  readonly calls: string[] = [];
  readonly senders: FakeSender[] = [];
  readonly receivers: FakeReceiver[] = [];
  stats: Record<string, unknown>[] = [];
  /** The reliable channel `slots`, and the unreliable one. */
  readonly channel = new FakeChannel();
  readonly link = new FakeChannel();
  readonly transceivers: {
    mid: string;
    direction: string;
    sender: FakeSender;
    receiver: FakeReceiver;
  }[] = [];
  /** The texts of the remote descriptions, in their order. */
  readonly answers: string[] = [];
  offerSdp = 'v=0 offer';
  closed = false;
  /** Knows no provisional answers. */
  isFirefox = false;

  addTransceiver(kind: string, init: RTCRtpTransceiverInit) {
    const sender = new FakeSender();
    if (init.sendEncodings) {
      sender.parameters = {
        encodings: init.sendEncodings.map(({ active, ...rest }) => ({
          ...rest,
          active: active ?? true,
        })),
      };
    }
    const receiver = new FakeReceiver(kind);
    this.senders.push(sender);
    this.receivers.push(receiver);
    const rids = init.sendEncodings?.map(({ rid }) => rid).join('') ?? '';
    this.lines.push(`${kind} ${init.direction} ${rids}`.trim());
    const mid = String(this.transceivers.length);
    this.transceivers.push({ mid, direction: init.direction ?? '', sender, receiver });
    return { sender, receiver, direction: init.direction, setCodecPreferences: () => undefined };
  }

  getTransceivers() {
    return this.transceivers;
  }

  createDataChannel(label: string, init?: RTCDataChannelInit) {
    this.lines.push(`application ${label} ${JSON.stringify(init) ?? ''}`.trim());
    return label === 'link' ? this.link : this.channel;
  }

  async createOffer(options?: RTCOfferOptions) {
    this.calls.push(options?.iceRestart ? 'createOffer iceRestart' : 'createOffer');
    return { type: 'offer', sdp: this.offerSdp };
  }

  async setLocalDescription({ type }: { type: string }) {
    this.calls.push(`begin ${type}`);
    await Promise.resolve();
    this.signalingState = 'have-local-offer';
    this.calls.push(`end ${type}`);
  }

  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }) {
    this.calls.push(`begin ${type}`);
    await Promise.resolve();
    if (type === 'pranswer' && this.isFirefox) throw new DOMException('', 'NotSupportedError');
    if (type === 'pranswer' && this.signalingState === 'stable') {
      throw new DOMException('', 'InvalidStateError');
    }
    if (sdp === 'bad') throw new Error('no such description');
    this.signalingState = type === 'pranswer' ? 'have-remote-pranswer' : 'stable';
    this.answers.push(sdp);
    this.calls.push(`end ${type}`);
  }

  async getStats(): Promise<Map<string, unknown>> {
    return new Map(this.stats.map((stat, at) => [String(at), stat] as const));
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void {
    this.closed = true;
  }
}

/** A media element as far as slots use it. */
export class FakeElement extends EventTarget {
  muted = true;
  paused = true;
  plays = 0;
  readonly dataset: Record<string, string> = {};
  srcObject: FakeStream | null = null;
  refusal: Error | undefined;

  async play(): Promise<void> {
    this.plays += 1;
    if (this.refusal) throw this.refusal;
    this.paused = false;
  }
}

export class FakeStream {
  constructor(readonly tracks: FakeTrack[] = []) {}

  addTrack(track: FakeTrack): void {
    this.tracks.push(track);
  }

  getVideoTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'video');
  }

  getAudioTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'audio');
  }

  getTracks(): FakeTrack[] {
    return this.tracks;
  }
}
