UPDATE w SET touched = 1;
