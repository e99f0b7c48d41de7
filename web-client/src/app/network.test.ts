import { expect, test } from 'vitest';
import { type NetworkInformation, watchNetwork } from './network.ts';

class FakeNetwork extends EventTarget implements NetworkInformation {
  type: string = 'wifi';

  become(type: string): void {
    this.type = type;
    this.dispatchEvent(new Event('change'));
  }
}

test('another kind of network is taken at once, another estimate of the same one is not', () => {
  const network = new FakeNetwork();
  let reroutes = 0;
  const end = watchNetwork({ reroute: () => (reroutes += 1) }, network);
  network.become('wifi');
  expect(reroutes).toBe(0);
  network.become('cellular');
  expect(reroutes).toBe(1);
  network.become('none');
  expect(reroutes).toBe(1);
  network.become('wifi');
  expect(reroutes).toBe(2);
  end();
  network.become('cellular');
  expect(reroutes).toBe(2);
});
