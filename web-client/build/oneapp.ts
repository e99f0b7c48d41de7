/**
 * Lets files that come after the app take what they share with it from the app that is there.
 *
 * The app is asked for at an address that may carry a pace (`app-….js?pace=11`), and modules are told apart by their
 * address: `import … from './app-….js'` would load a second app beside the first one, with a second Preact, in which no
 * component finds its hooks. So such an import becomes one of the address at which the app came, which
 * `app/deskloader.ts` writes down.
 */
import type { Plugin } from 'vite';

const IMPORT = /import\{([^}]*)\}from"\.\/app-[^"]+\.js";?/g;

export function oneApp(): Plugin {
  return {
    name: 'one-app',
    apply: 'build',
    generateBundle: (_, bundle) => {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk' && !file.isEntry) file.code = sharingTheApp(file.code);
      }
    },
  };
}

/** Pure. */
export function sharingTheApp(code: string): string {
  const shared = code.replace(IMPORT, (_, names: string) => {
    const pairs = names.split(',').map((name) => name.trim().replace(/ as /, ':'));
    return `const{${pairs.join()}}=await import(self.appUrl);`;
  });
  if (/from"\.\/app-/.test(shared))
    throw new Error('a file imports the app in a way that was not foreseen');
  return shared;
}
