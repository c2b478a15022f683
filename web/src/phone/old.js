// Only browsers that know no modules run this: the page that the daemon makes serves them too.
location.replace('?plain=1');
