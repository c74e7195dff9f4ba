"""Questions written here: their content, versions, publishing, sets, drafts and labelled answers, and the bank with what is published in it."""
