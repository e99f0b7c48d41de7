/** Brings the app: its script and its styles, asked for until they come. */
import type { Assets, StartApp } from './stage.ts';

const AGAIN_MS = 2000;

export async function fetchApp(assets: Assets): Promise<StartApp> {
  for (let round = 0; ; round++) {
    try {
      // A module that failed once is remembered as failed under its name.
      const again = round === 0 ? '' : `?${round}`;
      const [app] = await Promise.all([
        import(/* @vite-ignore */ assets.app + again) as Promise<{ startApp: StartApp }>,
        fetchStyles(assets.styles),
      ]);
      return app.startApp;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

function fetchStyles(url: string | undefined): Promise<void> {
  if (url === undefined || document.querySelector(`link[href="${url}"]`)) return Promise.resolve();
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = url;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error('styles'));
    };
    document.head.append(link);
  });
}
