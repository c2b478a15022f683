// All that the first picture of a board needs is in ./page. The file of the page begins here, so that the parts which come later can lean on ./page as a whole:
// the bundler would otherwise cut what both need out of it into a file of its own, which weighs more.
import './page';
