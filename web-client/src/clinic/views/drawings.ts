/** Drawings of the staff's pages: lines on a grid of 24. */
import { DRAWINGS as APP } from '../../ui/drawings.ts';

export const DRAWINGS = {
  bell: APP.bell,
  check: APP.check,
  clock: APP.clock,
  close: APP.close,
  network: APP.network,
  'network-off': APP['network-off'],
  people: APP.people,
  calendar:
    'M5 5h14a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM3 10h18M8 3v4M16 3v4',
  copy: 'M10 8h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2zM16 8V5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h3',
  enter: 'M14 4h5a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-5M4 12h11M11 8l4 4-4 4',
  key: 'M8 12a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 13L20 4M16 8l3 3M13 11l2 2',
  left: 'M15 5l-7 7 7 7',
  list: 'M8 6h13M8 12h13M8 18h13M3.5 6h.01M3.5 12h.01M3.5 18h.01',
  person: 'M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0',
  phone:
    'M6 3h4l2 5-2.5 1.5a11 11 0 0 0 5 5L16 12l5 2v4a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z',
  plus: 'M12 5v14M5 12h14',
  right: 'M9 5l7 7-7 7',
  warning: 'M12 4l9.5 16.5h-19zM12 10v4M12 17.2h.01',
} as const;

export type DrawingName = keyof typeof DRAWINGS;
