// Reads a QR code in a picture. A part of its own: it comes when somebody wants to show a code to the camera.
export { decodeQR } from 'qr/decode.js';
