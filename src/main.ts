const root = document.querySelector('#app');
if (root !== null) root.textContent = 'Passaparola';
