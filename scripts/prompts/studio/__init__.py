"""Makes and checks the prompts that callers hear.

`manifest` says what is spoken by which voice, `engines` speak it, `shape` brings it to the house format, `measure` and
`p56` tell what a caller will hear, `wavfile` stores it. Only `engines` starts other programs; the rest is arithmetic on
arrays of float64 where 1.0 is full scale.
"""
