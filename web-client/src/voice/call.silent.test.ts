import { describe, expect, test } from 'vitest';
import type { JoinResponse } from '../protocol/generated/messages.ts';
import { fakeCall, joinedAs } from '../testing/call.ts';
import { settled } from '../testing/clock.ts';

describe('a link that brings nothing', () => {
  async function connected() {
    const world = fakeCall();
    await world.call.start();
    const [peer] = world.peers;
    if (!peer) throw new Error('no peer');
    peer.become('connected');
    const silent = async () => {
      peer.events.silent?.(2500, true);
      await settled();
    };
    return { ...world, peer, silent };
  }

  test('is told of, and the server asked: it may be the server that died', async () => {
    const { call, silent, asked, peers } = await connected();
    await silent();
    expect(asked).toEqual(['join', 'resume resume holds']);
    expect(call.state.link).toBe('connecting');
    expect(peers.map(({ closed }) => closed)).toEqual([true, false]);
    // What the old one had to say does not matter any more.
    await silent();
    expect(asked).toHaveLength(2);
  });

  test('plays on while the server is out of reach, is asked about once, and comes back', async () => {
    const { call, peer, silent, asked, server } = await connected();
    server.answer = () => new Promise(() => undefined);
    await silent();
    await silent();
    expect([call.state.link, asked.length, peer.closed]).toEqual(['unsteady', 2, false]);
    peer.events.back?.();
    expect([call.state.link, peer.closed]).toEqual(['connected', false]);
  });

  test('is restarted at once when the browser gives it up', async () => {
    const { peer, clock, asked } = await connected();
    peer.become('disconnected');
    expect(peer.restarts).toBe(1);
    await clock.advance(1999);
    expect(asked).toHaveLength(1);
  });

  test('is restarted at once on another network, and the server is asked beside it', async () => {
    const { call, peer, asked } = await connected();
    call.reroute();
    expect(peer.restarts).toBe(1);
    await settled();
    expect(asked).toEqual(['join', 'resume resume holds']);
  });

  test('stays when the server keeps it: restarted once more, and given up if that was in vain', async () => {
    const { call, peer, silent, asked, server, peers } = await connected();
    server.answer = async () => joinedAs({ transport: 'kept' });
    await silent();
    expect([peer.restarts, peer.closed, call.state.link]).toEqual([1, false, 'unsteady']);
    server.answer = async () => joinedAs();
    await silent();
    expect(asked).toEqual(['join', 'resume resume holds', 'resume resume']);
    expect(peers.map(({ closed }) => closed)).toEqual([true, true, false]);
  });

  test('that will not heal by itself is not asked for again', async () => {
    const { peer, asked } = await connected();
    peer.events.silent?.(12_000, false);
    await settled();
    expect(asked).toEqual(['join', 'resume resume']);
  });

  test('that came back before the server said that it keeps it is not given up the next time', async () => {
    const { peer, silent, asked, server } = await connected();
    let say: (joined: JoinResponse) => void = () => undefined;
    server.answer = () => new Promise((answered) => (say = answered));
    await silent();
    peer.events.back?.();
    say(joinedAs({ transport: 'kept' }));
    await settled();
    await silent();
    expect(asked).toEqual(['join', 'resume resume holds', 'resume resume holds']);
    expect(peer.closed).toBe(false);
  });

  test('that came back is not held against it the next time', async () => {
    const { peer, silent, asked, server } = await connected();
    server.answer = async () => joinedAs({ transport: 'kept' });
    await silent();
    peer.events.back?.();
    await silent();
    expect(asked).toEqual(['join', 'resume resume holds', 'resume resume holds']);
    expect(peer.closed).toBe(false);
  });
});
