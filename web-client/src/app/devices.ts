/** Whether the camera turns, and where the sound comes out in browsers that let a page choose. */
import type { Stage } from '../voice/stage.ts';
import type { Model } from './model.ts';
import type { OwnCare } from './owncare.ts';

export interface Outputs {
  readonly devices: readonly { readonly id: string; readonly label: string }[];
  /** Empty for the device's own choice. */
  readonly chosen: string;
}

/** Keeps both in the model; returns what ends it. */
export function followDevices({ call, elements }: Stage, model: Model, care: OwnCare): () => void {
  const mayChoose = elements.some((element) => 'setSinkId' in element);
  const look = async () => {
    model.canFlip.value = await care.canFlip();
    if (!mayChoose) return;
    const devices = (await care.devices())
      .filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== 'default')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
    model.outputs.value = { ...model.outputs.value, devices };
  };
  let camera: boolean | undefined;
  const unsubscribe = call.subscribe((state) => {
    if (state.camera !== camera) void look();
    camera = state.camera;
  });
  const { mediaDevices } = navigator;
  mediaDevices?.addEventListener?.('devicechange', look);
  void look();
  return () => {
    unsubscribe();
    mediaDevices?.removeEventListener?.('devicechange', look);
  };
}

/** All people sound from one place. */
export async function chooseOutput({ call }: Stage, model: Model, id: string): Promise<void> {
  try {
    await call.setOutput(id);
    model.outputs.value = { ...model.outputs.value, chosen: id };
  } catch {
    // Pulled out meanwhile: the list is told by itself.
  }
}
