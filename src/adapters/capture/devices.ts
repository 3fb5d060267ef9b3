import type { Device } from '../../app/capture-desk.ts';

/** Cameras and microphones; nothing on a page that may not have any. */
export async function listDevices(): Promise<{ cameras: Device[]; microphones: Device[] }> {
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  const all = (await devices?.enumerateDevices().catch(() => [])) ?? [];
  const ofKind = (kind: MediaDeviceKind): Device[] =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { cameras: ofKind('videoinput'), microphones: ofKind('audioinput') };
}

/** Calls back when something is plugged in or out; returns the way to stop that. */
export function onDevicesChange(listener: () => void): () => void {
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  devices?.addEventListener('devicechange', listener);
  return () => devices?.removeEventListener('devicechange', listener);
}
