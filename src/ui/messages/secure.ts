import type { Language } from '../../app/language.ts';

/** Browsers whose warning looks different. */
export const WARNING_BROWSERS = ['chrome', 'safari', 'firefox'] as const;
export type WarningBrowser = (typeof WARNING_BROWSERS)[number];

interface SecureWords {
  readonly title: string;
  readonly text: string;
  readonly open: string;
  readonly afterwards: string;
  readonly browser: string;
  readonly tap: (label: string) => string;
  /**
   * What stands on the browser's own buttons, in its own words, in the order in which they are tapped: those of Chromium 156 and
   * Firefox 153 as their language files have them; Safari's could not be looked up.
   */
  readonly labels: Readonly<Record<WarningBrowser, (host: string) => readonly string[]>>;
}

/** What an unencrypted page says to whoever wants to go live from it; it comes with the part that shows it. */
export const secureWords: Readonly<Record<Language, SecureWords>> = {
  en: {
    title: 'One step more on this device',
    text: 'Browsers give the camera only to an encrypted page. This site has one, but no company vouches for it: the computer beside you made its certificate. So the browser warns you. On your own network you may go on.',
    open: 'Open the encrypted page',
    afterwards: 'This is what you will see there, once.',
    browser: 'My browser',
    tap: (label) => `Tap “${label}”.`,
    labels: {
      chrome: (host) => ['Advanced', `Proceed to ${host} (unsafe)`],
      safari: () => ['Show Details', 'visit this website', 'Visit Website'],
      firefox: (host) => ['Advanced', `Proceed to ${host} (Risky)`],
    },
  },
  it: {
    title: 'Su questo dispositivo serve un passo in più',
    text: 'I browser danno la fotocamera solo a una pagina cifrata. Questo sito ne ha una, ma nessuna azienda la garantisce: il certificato l’ha fatto il computer accanto a te. Per questo il browser avverte. Nella tua rete puoi proseguire.',
    open: 'Apri la pagina cifrata',
    afterwards: 'Ecco che cosa vedrai lì, una volta sola.',
    browser: 'Il mio browser',
    tap: (label) => `Tocca «${label}».`,
    labels: {
      chrome: (host) => ['Avanzate', `Procedi su ${host} (non sicuro)`],
      safari: () => ['Mostra dettagli', 'visita questo sito web', 'Visita il sito web'],
      firefox: (host) => ['Avanzate', `Procedi su ${host} (rischioso)`],
    },
  },
  de: {
    title: 'Auf diesem Gerät braucht es einen Schritt mehr',
    text: 'Browser geben die Kamera nur einer verschlüsselten Seite. Diese Website hat eine, aber keine Firma bürgt für sie: Der Computer neben dir hat das Zertifikat gemacht. Darum warnt der Browser. In deinem eigenen Netz kannst du weitergehen.',
    open: 'Verschlüsselte Seite öffnen',
    afterwards: 'Das siehst du dort, ein einziges Mal.',
    browser: 'Mein Browser',
    tap: (label) => `Tippe auf „${label}“.`,
    labels: {
      chrome: (host) => ['Erweitert', `Weiter zu ${host} (unsicher)`],
      safari: () => ['Details einblenden', 'diese Website besuchen', 'Website besuchen'],
      firefox: (host) => ['Erweitert', `Weiter zu ${host} (riskant)`],
    },
  },
  fr: {
    title: 'Une étape de plus sur cet appareil',
    text: 'Les navigateurs ne donnent la caméra qu’à une page chiffrée. Ce site en a une, mais aucune entreprise ne s’en porte garante\u00a0: c’est l’ordinateur près de vous qui a fait le certificat. Le navigateur vous prévient donc. Sur votre propre réseau, vous pouvez continuer.',
    open: 'Ouvrir la page chiffrée',
    afterwards: 'Voici ce que vous y verrez, une seule fois.',
    browser: 'Mon navigateur',
    tap: (label) => `Touchez «\u00a0${label}\u00a0».`,
    labels: {
      chrome: (host) => ['Paramètres avancés', `Continuer vers le site ${host} (dangereux)`],
      safari: () => ['Afficher les détails', 'consulter ce site web', 'Consulter le site web'],
      firefox: (host) => ['Avancé', `Continuer vers ${host} (risqué)`],
    },
  },
};
