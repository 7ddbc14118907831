-- The services make their databases themselves: the user may do so for these names, and for no others.
GRANT ALL PRIVILEGES ON `airline\_%`.* TO 'jetbridge'@'%';
