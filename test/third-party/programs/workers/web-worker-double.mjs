self.onmessage = ({ data }) => {
  self.postMessage(data === null ? 'bye' : 2 * data);
  if (data === null) self.close();
};
