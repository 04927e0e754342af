export { createClient } from './createClient';
