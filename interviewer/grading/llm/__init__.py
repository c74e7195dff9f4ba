"""The examiner that asks a language model: what is asked, how the reply is read, and the extra judgements."""
