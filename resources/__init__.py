"""Files that the program carries: the pretrained dance encoder."""
