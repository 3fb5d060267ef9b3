import type { ProblemCatalogue } from './problems.ts';

/** Italian. */
export const problems: ProblemCatalogue = {
  'insecure-page': {
    what: 'Il browser non concede la videocamera a una pagina senza cifratura.',
    next: 'Apri questa pagina con https davanti all’indirizzo, oppure come localhost sul computer che la serve.',
  },
  'camera-denied': {
    what: 'Questa pagina non ha il permesso di usare la videocamera.',
    next: 'Tocca il simbolo accanto all’indirizzo, consenti videocamera e microfono e scegli di nuovo la videocamera.',
  },
  'camera-missing': {
    what: 'Non abbiamo trovato nessuna videocamera.',
    next: 'Collegane una, oppure mostra lo schermo o un filmato.',
  },
  'camera-in-use': {
    what: 'Un altro programma sta usando la videocamera.',
    next: 'Chiudilo, magari è una videochiamata, e scegli di nuovo la videocamera.',
  },
  'microphone-denied': {
    what: 'Questa pagina non può usare il microfono: nessuno ti sentirà.',
    next: 'Tocca il simbolo accanto all’indirizzo, consenti il microfono e sceglilo di nuovo.',
  },
  'microphone-missing': {
    what: 'Non abbiamo trovato un microfono: nessuno ti sentirà.',
    next: 'Collegane uno e sceglilo nell’elenco. La diretta funziona anche senza.',
  },
  'screen-denied': {
    what: 'Lo schermo non è condiviso.',
    next: 'Scegli di nuovo Schermo e indica che cosa può vedere il pubblico.',
  },
  'screen-unsupported': {
    what: 'Questo browser non può condividere lo schermo.',
    next: 'Qui usa la videocamera; per lo schermo serve un computer.',
  },
  'file-unreadable': {
    what: 'Questo browser non riesce a leggere il file.',
    next: 'Scegli un video, meglio se MP4 o WebM.',
  },
  'picture-unreadable': {
    what: 'Questo browser non riesce a leggere quell’immagine.',
    next: 'Scegline un’altra, per esempio una foto in JPEG, o mostra il prodotto senza immagine.',
  },
  'source-ended': {
    what: 'L’immagine si è fermata: il filmato è finito, la finestra è stata chiusa o la videocamera scollegata.',
    next: 'Scegli che cosa mostrare adesso. Il tuo pubblico è ancora qui.',
  },
  'no-encoder': {
    what: 'Con questo browser si può guardare, ma non trasmettere.',
    next: 'Apri questa pagina con Chrome, Edge o Safari aggiornati, o con Firefox su un computer.',
  },
  'encoder-slow': {
    what: 'Questo dispositivo fatica a stare al passo, perciò qualche immagine va persa.',
    next: 'Scegli una qualità più bassa o chiudi altri programmi.',
  },
  'uplink-low': {
    what: 'In questo momento la connessione è al limite: l’immagine è un po’ meno nitida.',
    next: 'Se puoi, avvicinati al router. La qualità torna da sola.',
  },
  'crowd-short': {
    what: 'In questo momento le connessioni di chi guarda non bastano a passarsi di più: l’immagine è meno nitida per tutti.',
    next: 'Non devi fare nulla: chi guarda da una rete veloce aiuta, e la qualità torna da sola.',
  },
  'door-unreachable': {
    what: 'Per ora non può entrare nessuno di nuovo. Chi sta guardando continua a vedere.',
    next: 'Controlla la connessione a Internet. Noi continuiamo a provare.',
  },
  'door-fallback': {
    what: 'Il solito punto d’incontro non risponde: ne usiamo un altro.',
    next: 'Non devi fare nulla. Entrare può richiedere un attimo in più.',
  },
  'devices-apart': {
    what: 'Qualcuno ha aperto il tuo link, ma il suo dispositivo non raggiunge il tuo.',
    next: 'Spesso il Wi-Fi per gli ospiti tiene separati i dispositivi. Usane un altro, l’hotspot di un telefono o un cavo fino al router.',
  },
  'host-apart': {
    what: 'Chi trasmette c’è, ma il tuo dispositivo non raggiunge nessuno che abbia la diretta.',
    next: 'Spesso il Wi-Fi per gli ospiti tiene separati i dispositivi. Usane un altro, o i dati mobili. Continuiamo a provare.',
  },
  'link-invalid': {
    what: 'Questo link non porta a nessuna diretta.',
    next: 'Incolla il link per intero, o fattelo mandare di nuovo.',
  },
  banned: {
    what: 'Non fai più parte di questa diretta',
    next: 'Così ha deciso chi trasmette. Le altre dirette ti restano aperte.',
  },
  'room-unavailable': {
    what: 'La chat non si è caricata',
    next: 'La diretta va avanti senza. Ricarica la pagina per partecipare.',
  },
  'cannot-play': {
    what: 'Questo browser non può mostrare la diretta.',
    next: 'Apri il link con Chrome, Edge, Firefox o Safari aggiornati. Su iPhone serve iOS 17.1 o successivo. Qui puoi comunque scrivere, e far passare la diretta.',
  },
  'storage-blocked': {
    what: 'Questo browser non conserva nulla da una visita all’altra, come in una finestra privata.',
    next: 'Tieni aperta questa pagina durante la diretta: se la chiudi, il link cambia.',
  },
  'recordings-blocked': {
    what: 'Questo browser non conserva registrazioni, come in una finestra privata.',
    next: 'La diretta va avanti lo stesso. Per registrare, apri questa pagina in una finestra normale.',
  },
  'recordings-newer': {
    what: 'Ora le registrazioni sono di una versione più nuova di questa pagina.',
    next: 'Ricarica la pagina dopo la diretta. Nulla di ciò che è registrato va perso.',
  },
  'recording-full': {
    what: 'Su questo dispositivo non c’è più spazio, quindi la registrazione è finita.',
    next: 'La diretta va avanti, e ciò che è registrato è al sicuro. Libera spazio e riaccendi la registrazione.',
  },
  'recording-low': {
    what: 'C’è spazio per meno di mezz’ora di registrazione.',
    next: 'Libera spazio su questo dispositivo, o scegli una qualità più bassa. La diretta va avanti in ogni caso.',
  },
  'recording-slow': {
    what: 'Questo dispositivo non scrive abbastanza in fretta, quindi la registrazione è finita.',
    next: 'La diretta va avanti, e ciò che è registrato è al sicuro. Chiudi altri programmi e riaccendila.',
  },
  'recording-lost': {
    what: 'La registrazione è stata tolta mentre veniva fatta.',
    next: 'La diretta va avanti. Riaccendi la registrazione per conservare ciò che viene.',
  },
  'recording-elsewhere': {
    what: 'Questa diretta viene registrata anche in un’altra scheda.',
    next: 'Entrambe le registrazioni restano. Chiudi l’altra scheda se non ti serve.',
  },
  'recording-damaged': {
    what: 'Una parte di questa registrazione non si può leggere.',
    next: 'È stata tralasciata. Tutto il resto c’è.',
  },
  'past-busy': {
    what: 'L’inizio della diretta non è disponibile in questo momento.',
    next: 'La linea serve per la diretta così com’è ora. Riprova tra un po’, o guardala dall’inizio quando è finita.',
  },
  'recording-missing': {
    what: 'Questa registrazione non è più su questo dispositivo.',
    next: 'Guarda l’elenco: forse è stata eliminata in un’altra scheda.',
  },
  'download-failed': {
    what: 'Non è stato possibile scrivere il file.',
    next: 'Nulla è perso: la registrazione è ancora qui. Continua a scaricare.',
  },
  'download-full': {
    what: 'Non c’è spazio per il file.',
    next: 'Libera spazio su questo dispositivo e continua a scaricare. La registrazione è ancora qui.',
  },
  'sound-not-converted': {
    what: 'Qui non è stato possibile convertire il suono.',
    next: 'Disattiva «Suono per ogni lettore» e scarica di nuovo, oppure prova con un altro browser. La registrazione è ancora qui.',
  },
};
