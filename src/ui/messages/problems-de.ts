import type { ProblemCatalogue } from './problems.ts';

/** German. */
export const problems: ProblemCatalogue = {
  'insecure-page': {
    what: 'Einer Seite ohne Verschlüsselung gibt der Browser keine Kamera.',
    next: 'Öffne diese Seite mit https vor der Adresse, oder als localhost auf dem Rechner, der sie ausliefert.',
  },
  'camera-denied': {
    what: 'Diese Seite darf die Kamera nicht benutzen.',
    next: 'Tippe auf das Zeichen neben der Adresse, erlaube Kamera und Mikrofon und wähle die Kamera noch einmal.',
  },
  'camera-missing': {
    what: 'Es wurde keine Kamera gefunden.',
    next: 'Schließ eine an, oder zeig stattdessen deinen Bildschirm oder einen Film.',
  },
  'camera-in-use': {
    what: 'Ein anderes Programm benutzt die Kamera.',
    next: 'Schließ es, einen Videoanruf zum Beispiel, und wähle die Kamera noch einmal.',
  },
  'microphone-denied': {
    what: 'Diese Seite darf das Mikrofon nicht benutzen, also hört dich niemand.',
    next: 'Tippe auf das Zeichen neben der Adresse, erlaube das Mikrofon und wähle es noch einmal.',
  },
  'microphone-missing': {
    what: 'Es wurde kein Mikrofon gefunden, also hört dich niemand.',
    next: 'Schließ eins an und wähle es in der Liste. Die Sendung geht auch ohne.',
  },
  'screen-denied': {
    what: 'Der Bildschirm wird nicht geteilt.',
    next: 'Wähle noch einmal „Bildschirm“ und dann, was die Zuschauer sehen dürfen.',
  },
  'screen-unsupported': {
    what: 'Dieser Browser kann den Bildschirm nicht teilen.',
    next: 'Nimm hier die Kamera, oder teile den Bildschirm von einem Computer aus.',
  },
  'file-unreadable': {
    what: 'Dieser Browser kann die Datei nicht abspielen.',
    next: 'Wähle ein Video, am besten eine MP4- oder WebM-Datei.',
  },
  'picture-unreadable': {
    what: 'Dieser Browser kann das Bild nicht lesen.',
    next: 'Wähle ein anderes, ein JPEG-Foto zum Beispiel, oder zeig das Produkt ohne Bild.',
  },
  'source-ended': {
    what: 'Das Bild steht: der Film ist aus, das geteilte Fenster zu oder die Kamera ausgesteckt.',
    next: 'Wähle, was als Nächstes kommt. Deine Zuschauer sind noch da.',
  },
  'no-encoder': {
    what: 'Dieser Browser kann Sendungen zeigen, aber keine senden.',
    next: 'Öffne diese Seite in einem aktuellen Chrome, Edge oder Safari, oder am Computer in Firefox.',
  },
  'encoder-slow': {
    what: 'Dieses Gerät kommt kaum mit, darum fallen einzelne Bilder aus.',
    next: 'Wähle eine niedrigere Qualität, oder schließ andere Programme.',
  },
  'uplink-low': {
    what: 'Dein Anschluss ist gerade knapp, darum ist das Bild etwas gröber.',
    next: 'Geh näher an den Router, wenn du kannst. Die Qualität kommt von selbst wieder.',
  },
  'crowd-short': {
    what: 'Die Anschlüsse deiner Zuschauer können gerade nicht mehr weitergeben, darum ist das Bild für alle gröber.',
    next: 'Du musst nichts tun: Wer mit schnellem Anschluss zuschaut, hilft, und die Qualität kommt von selbst wieder.',
  },
  'door-unreachable': {
    what: 'Neue Zuschauer kommen gerade nicht herein. Wer zuschaut, schaut weiter zu.',
    next: 'Prüf die Verbindung zum Internet. Wir versuchen es weiter.',
  },
  'door-fallback': {
    what: 'Der übliche Treffpunkt antwortet nicht, darum wird ein anderer benutzt.',
    next: 'Du musst nichts tun. Das Dazukommen dauert vielleicht etwas länger.',
  },
  'devices-apart': {
    what: 'Jemand hat deinen Link geöffnet, aber sein Gerät erreicht deines nicht.',
    next: 'Ein Gäste-WLAN trennt Geräte oft voneinander. Nimm ein anderes, den Hotspot eines Telefons oder ein Kabel zum Router.',
  },
  'host-apart': {
    what: 'Wer sendet, ist da, aber dein Gerät erreicht niemanden, der die Sendung hat.',
    next: 'Ein Gäste-WLAN trennt Geräte oft voneinander. Nimm ein anderes oder mobile Daten. Wir versuchen es weiter.',
  },
  'link-invalid': {
    what: 'Dieser Link führt zu keiner Sendung.',
    next: 'Füge den ganzen Link ein, oder frag noch einmal danach.',
  },
  banned: {
    what: 'Du wurdest aus dieser Sendung entfernt',
    next: 'Das wurde im Studio so entschieden. Andere Sendungen stehen dir offen.',
  },
  'room-unavailable': {
    what: 'Der Chat ist nicht geladen',
    next: 'Die Sendung geht ohne ihn weiter. Lade die Seite neu, um mitzureden.',
  },
  'cannot-play': {
    what: 'Dieser Browser kann die Sendung nicht abspielen.',
    next: 'Öffne den Link in einem aktuellen Chrome, Edge, Firefox oder Safari. Auf dem iPhone ab iOS 17.1. Chatten und weitergeben geht hier trotzdem.',
  },
  'storage-blocked': {
    what: 'Dieser Browser behält nichts von einem Besuch zum nächsten, wie in einem privaten Fenster.',
    next: 'Lass diese Seite während der Sendung offen: wird sie geschlossen, ändert sich der Link.',
  },
  'recordings-blocked': {
    what: 'Dieser Browser behält keine Aufnahmen, wie in einem privaten Fenster.',
    next: 'Die Sendung läuft trotzdem. Zum Aufnehmen öffne diese Seite in einem normalen Fenster.',
  },
  'recordings-newer': {
    what: 'Eine neuere Version dieser Seite verwaltet jetzt die Aufnahmen.',
    next: 'Lade diese Seite nach der Sendung neu. Von den Aufnahmen geht nichts verloren.',
  },
  'recording-full': {
    what: 'Auf diesem Gerät ist kein Platz mehr, darum ist die Aufnahme zu Ende.',
    next: 'Die Sendung läuft weiter, das Aufgenommene ist sicher. Schaff Platz und schalte die Aufnahme wieder ein.',
  },
  'recording-low': {
    what: 'Der Platz reicht für weniger als eine halbe Stunde Aufnahme.',
    next: 'Schaff Platz auf diesem Gerät, oder wähle eine niedrigere Qualität. Die Sendung läuft in jedem Fall weiter.',
  },
  'recording-slow': {
    what: 'Dieses Gerät schreibt nicht schnell genug, darum ist die Aufnahme zu Ende.',
    next: 'Die Sendung läuft weiter, das Aufgenommene ist sicher. Schließ andere Programme und schalte sie wieder ein.',
  },
  'recording-lost': {
    what: 'Die Aufnahme wurde gelöscht, während sie lief.',
    next: 'Die Sendung läuft weiter. Schalte die Aufnahme wieder ein, um zu behalten, was noch kommt.',
  },
  'recording-elsewhere': {
    what: 'Diese Sendung wird auch in einem anderen Tab aufgenommen.',
    next: 'Beide Aufnahmen bleiben. Schließ den anderen Tab, wenn du ihn nicht brauchst.',
  },
  'recording-damaged': {
    what: 'Ein Teil dieser Aufnahme ist nicht lesbar.',
    next: 'Er wurde ausgelassen. Alles andere ist da.',
  },
  'past-busy': {
    what: 'Der Anfang der Sendung ist gerade nicht zu haben.',
    next: 'Die Leitung wird für die laufende Sendung gebraucht. Versuch es später noch einmal, oder sieh sie nach ihrem Ende von vorn.',
  },
  'recording-missing': {
    what: 'Diese Aufnahme ist nicht mehr auf diesem Gerät.',
    next: 'Sieh in der Liste nach: vielleicht wurde sie in einem anderen Tab gelöscht.',
  },
  'download-failed': {
    what: 'Die Datei ließ sich nicht schreiben.',
    next: 'Nichts ist verloren: die Aufnahme ist noch hier. Lade einfach weiter herunter.',
  },
  'download-full': {
    what: 'Für die Datei ist kein Platz.',
    next: 'Schaff Platz auf diesem Gerät und lade weiter herunter. Die Aufnahme ist noch hier.',
  },
  'sound-not-converted': {
    what: 'Der Ton ließ sich hier nicht umwandeln.',
    next: 'Schalte „Ton für jeden Player“ aus und lade noch einmal herunter, oder nimm einen anderen Browser. Die Aufnahme ist noch hier.',
  },
};
