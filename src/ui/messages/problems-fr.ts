import type { ProblemCatalogue } from './problems.ts';

/** French. */
export const problems: ProblemCatalogue = {
  'insecure-page': {
    what: 'Le navigateur ne donne pas de caméra à une page sans chiffrement.',
    next: 'Ouvrez cette page avec https devant son adresse, ou en localhost sur l’ordinateur qui la sert.',
  },
  'camera-denied': {
    what: 'Cette page n’a pas droit à la caméra.',
    next: 'Touchez le signe à côté de l’adresse, autorisez caméra et micro, et choisissez de nouveau la caméra.',
  },
  'camera-missing': {
    what: 'Aucune caméra n’a été trouvée.',
    next: 'Branchez-en une, ou montrez plutôt votre écran ou un film.',
  },
  'camera-in-use': {
    what: 'Un autre programme utilise la caméra.',
    next: 'Fermez-le, un appel vidéo par exemple, et choisissez de nouveau la caméra.',
  },
  'microphone-denied': {
    what: 'Cette page n’a pas droit au micro : personne ne vous entendra.',
    next: 'Touchez le signe à côté de l’adresse, autorisez le micro, et choisissez-le de nouveau.',
  },
  'microphone-missing': {
    what: 'Aucun micro n’a été trouvé : personne ne vous entendra.',
    next: 'Branchez-en un et choisissez-le dans la liste. Le direct marche aussi sans.',
  },
  'screen-denied': {
    what: 'L’écran n’est pas partagé.',
    next: 'Choisissez de nouveau « Écran », puis ce que le public peut voir.',
  },
  'screen-unsupported': {
    what: 'Ce navigateur ne sait pas partager l’écran.',
    next: 'Prenez la caméra ici, ou partagez l’écran depuis un ordinateur.',
  },
  'file-unreadable': {
    what: 'Ce navigateur ne sait pas lire ce fichier.',
    next: 'Choisissez une vidéo, de préférence en MP4 ou WebM.',
  },
  'picture-unreadable': {
    what: 'Ce navigateur ne sait pas lire cette image.',
    next: 'Choisissez-en une autre, une photo JPEG par exemple, ou montrez le produit sans image.',
  },
  'source-ended': {
    what: 'L’image s’est arrêtée : film terminé, fenêtre partagée fermée ou caméra débranchée.',
    next: 'Choisissez la suite. Votre public est toujours là.',
  },
  'no-encoder': {
    what: 'Ce navigateur peut regarder des directs, mais pas en émettre.',
    next: 'Ouvrez cette page dans un Chrome, Edge ou Safari récent, ou dans Firefox sur un ordinateur.',
  },
  'encoder-slow': {
    what: 'Cet appareil a du mal à suivre : des images sont sautées.',
    next: 'Choisissez une qualité plus basse, ou fermez d’autres programmes.',
  },
  'uplink-low': {
    what: 'Votre connexion est juste en ce moment : l’image est un peu moins fine.',
    next: 'Rapprochez-vous de la box si vous pouvez. La qualité revient toute seule.',
  },
  'crowd-short': {
    what: 'Les connexions de vos spectateurs ne peuvent pas relayer plus en ce moment : l’image est moins fine pour tous.',
    next: 'Rien à faire : les spectateurs sur une connexion rapide aident, et la qualité revient toute seule.',
  },
  'door-unreachable': {
    what: 'De nouveaux spectateurs ne peuvent pas entrer en ce moment. Ceux qui regardent continuent.',
    next: 'Vérifiez la connexion à Internet. Nous essayons toujours.',
  },
  'door-fallback': {
    what: 'Le point de rencontre habituel ne répond pas : un autre est utilisé.',
    next: 'Vous n’avez rien à faire. L’arrivée des spectateurs peut prendre un peu plus longtemps.',
  },
  'devices-apart': {
    what: 'Quelqu’un a ouvert votre lien, mais son appareil n’arrive pas à joindre le vôtre.',
    next: 'Un Wi-Fi pour invités sépare souvent les appareils. Prenez-en un autre, le partage de connexion d’un téléphone ou un câble jusqu’à la box.',
  },
  'host-apart': {
    what: 'La personne qui diffuse est là, mais votre appareil ne joint personne qui ait le direct.',
    next: 'Un Wi-Fi pour invités sépare souvent les appareils. Prenez-en un autre, ou les données mobiles. Nous continuons d’essayer.',
  },
  'link-invalid': {
    what: 'Ce lien ne mène à aucun direct.',
    next: 'Collez le lien en entier, ou redemandez-le.',
  },
  banned: {
    what: 'Vous avez été écarté de ce direct',
    next: 'Le studio en a décidé ainsi. Les autres directs vous sont ouverts.',
  },
  'room-unavailable': {
    what: 'Le chat ne s’est pas chargé',
    next: 'Le direct continue sans lui. Rechargez la page pour prendre part.',
  },
  'cannot-play': {
    what: 'Ce navigateur ne peut pas lire le direct.',
    next: 'Ouvrez le lien dans un Chrome, Edge, Firefox ou Safari récent. Sur iPhone, il faut iOS 17.1 ou plus. Vous pouvez tout de même écrire ici, et faire passer le direct.',
  },
  'storage-blocked': {
    what: 'Ce navigateur ne garde rien d’une visite à l’autre, comme une fenêtre privée.',
    next: 'Laissez cette page ouverte pendant le direct : une fois fermée, le lien change.',
  },
  'recordings-blocked': {
    what: 'Ce navigateur ne garde pas d’enregistrement, comme une fenêtre privée.',
    next: 'Le direct continue quand même. Pour en enregistrer un, ouvrez cette page dans une fenêtre ordinaire.',
  },
  'recordings-newer': {
    what: 'Une version plus récente de cette page garde maintenant les enregistrements.',
    next: 'Rechargez cette page après le direct. Rien de ce qui est enregistré n’est perdu.',
  },
  'recording-full': {
    what: 'Il n’y a plus de place sur cet appareil : l’enregistrement s’est arrêté.',
    next: 'Le direct continue, et ce qui est enregistré est à l’abri. Faites de la place et relancez l’enregistrement.',
  },
  'recording-low': {
    what: 'Il reste de la place pour moins d’une demi-heure d’enregistrement.',
    next: 'Faites de la place sur cet appareil, ou choisissez une qualité plus basse. Le direct continue de toute façon.',
  },
  'recording-slow': {
    what: 'Cet appareil n’écrit pas assez vite : l’enregistrement s’est arrêté.',
    next: 'Le direct continue, et ce qui est enregistré est à l’abri. Fermez d’autres programmes, puis relancez-le.',
  },
  'recording-lost': {
    what: 'L’enregistrement a été supprimé pendant qu’il se faisait.',
    next: 'Le direct continue. Relancez l’enregistrement pour garder la suite.',
  },
  'recording-elsewhere': {
    what: 'Ce direct est aussi enregistré dans un autre onglet.',
    next: 'Les deux enregistrements sont gardés. Fermez l’autre onglet s’il ne vous sert pas.',
  },
  'recording-damaged': {
    what: 'Une partie de cet enregistrement est illisible.',
    next: 'Elle a été laissée de côté. Tout le reste est là.',
  },
  'past-busy': {
    what: 'Le début du direct n’est pas disponible pour l’instant.',
    next: 'La ligne sert au direct en cours. Réessayez plus tard, ou regardez-le depuis le début quand il sera fini.',
  },
  'recording-missing': {
    what: 'Cet enregistrement n’est plus sur cet appareil.',
    next: 'Regardez la liste : il a peut-être été supprimé dans un autre onglet.',
  },
  'download-failed': {
    what: 'Le fichier n’a pas pu être écrit.',
    next: 'Rien n’est perdu : l’enregistrement est toujours là. Continuez le téléchargement.',
  },
  'download-full': {
    what: 'Il n’y a pas assez de place pour le fichier.',
    next: 'Faites de la place sur cet appareil et continuez le téléchargement. L’enregistrement est toujours là.',
  },
  'sound-not-converted': {
    what: 'Le son n’a pas pu être converti ici.',
    next: 'Désactivez « Un son pour tous les lecteurs » et téléchargez de nouveau, ou essayez un autre navigateur. L’enregistrement est toujours là.',
  },
};
