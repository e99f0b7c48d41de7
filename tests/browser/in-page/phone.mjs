/**
 * Runs in the page before its own scripts: keeps a record of what the page asks of the device (wake lock, notification,
 * chime, title) and lets a test play the device: a track that ends, a camera that vanishes, a clock that is wrong.
 *
 * @param {{clockOffMs?: number, without?: string[]}} config
 */
export function installPhone({ clockOffMs = 0, without = [] }) {
  const record = { wakeLocks: 0, wakeLocksHeld: 0, notifications: /** @type {string[]} */ ([]), notificationAsked: 0, chimes: /** @type {number[]} */ ([]), beforeTap: '' };

  if (clockOffMs !== 0) {
    const RealDate = Date;
    // eslint-disable-next-line no-global-assign
    window.Date = /** @type {any} */ (class extends RealDate {
      /** @param {any[]} given */
      constructor(...given) {
        if (given.length === 0) super(RealDate.now() + clockOffMs);
        else super(.../** @type {[any]} */ (given));
      }
      static now() { return RealDate.now() + clockOffMs; }
    });
  }
  for (const name of without) delete /** @type {any} */ (window)[name];

  if (navigator.mediaDevices) {
    const wakeLock = {
      async request() {
        record.wakeLocks += 1;
        record.wakeLocksHeld += 1;
        const sentinel = new EventTarget();
        return Object.assign(sentinel, {
          released: false,
          async release() {
            if (sentinel.released) return;
            sentinel.released = true;
            record.wakeLocksHeld -= 1;
            sentinel.dispatchEvent(new Event('release'));
          },
        });
      },
    };
    Object.defineProperty(navigator, 'wakeLock', { configurable: true, get: () => wakeLock });
  }

  // What sounds without being a person's tone is the chime: the sources here use contexts made before the page's.
  const startOscillator = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function start(...when) {
    if (!window.__source?.isMaking) record.chimes.push(performance.now());
    return startOscillator.apply(this, when);
  };

  class FakeNotification extends EventTarget {
    static permission = 'default';
    static async requestPermission() {
      record.notificationAsked += 1;
      FakeNotification.permission = window.__phone.notificationAnswer;
      return FakeNotification.permission;
    }
    /** @param {string} title */
    constructor(title) {
      super();
      record.notifications.push(`${FakeNotification.permission}: ${title}`);
    }
    close() {}
  }
  Object.defineProperty(window, 'Notification', { configurable: true, writable: true, value: FakeNotification });

  window.__phone = { record, notificationAnswer: 'granted' };
}
