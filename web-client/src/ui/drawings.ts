/** Drawings that only the app needs: lines on a grid of 24, beside the page's own set. */
export const DRAWINGS = {
  bell: 'M4 18l2-2v-5a6 6 0 0 1 12 0v5l2 2zM10 21h4',
  'camera-off':
    'M9 6h3a3 3 0 0 1 3 3v2l7-4v10l-4-2.3M15 16a3 3 0 0 1-3 2H5a3 3 0 0 1-3-3V9a3 3 0 0 1 2-2.8M4 3l16 18',
  chat: 'M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z',
  check: 'M4 13l5 5L20 6',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 3',
  close: 'M5 5l14 14M19 5L5 19',
  flip: 'M4 9a8 8 0 0 1 14-3l2 2M20 3v5h-5M20 15a8 8 0 0 1-14 3l-2-2M4 21v-5h5',
  hand: 'M8 14V6.5a1.5 1.5 0 0 1 3 0V11M11 11V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6a1.5 1.5 0 0 1 3 0v8a7 7 0 0 1-7 7c-3 0-4.5-1.5-5.7-4l-1.8-3.6a1.5 1.5 0 0 1 2.6-1.5L8 14',
  lock: 'M6 11h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1zM8 11V7a4 4 0 0 1 8 0v4',
  more: 'M4 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0zM18 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0z',
  network: 'M2 9a15 15 0 0 1 20 0M5.5 13a10 10 0 0 1 13 0M9 17a5 5 0 0 1 6 0M12 20.5h.01',
  'network-off':
    'M2 9a15 15 0 0 1 5-3M12 5a15 15 0 0 1 10 4M9 17a5 5 0 0 1 6 0M12 20.5h.01M4 3l16 18',
  pause: 'M8 5v14M16 5v14',
  people:
    'M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 3.5a4 4 0 0 1 0 7M19 14.5a7 7 0 0 1 3 6.5',
  repeat: 'M4 12a8 8 0 1 0 3-6.2M7 2v4h4',
  send: 'M3 4l18 8-18 8 3-8zM6 12h7',
  unlock:
    'M6 11h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1zM8 11V7a4 4 0 0 1 7.8-1.3',
} as const;
