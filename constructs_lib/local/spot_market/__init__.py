"""Decides when spot capacity exists: always, never, by a script, at random from a seed, or by a recorded trace.

A market is asked for the `Supply` of one job; the supply answers two questions, in seconds of the embedded AWS's clock:
how long until there is capacity, and how long until it is taken away. On-demand jobs never ask: they always have
capacity and are never interrupted.

`parse_market` reads a market from text:

- `always`, `never`
- `scripted:40+10,60+5`: each spot job is interrupted 40 s after its training began and gets capacity back 10 s later;
  again after 60 s, back 5 s later; then its capacity stays. A job's script begins anew with each job. An entry can be
  - `+300` (first only): the job waits 300 s for its first instance
  - `40+never`: the capacity does not come back
  - `checkpoints=3+10`: interrupted when 3 checkpoint files have been copied to S3 since its training (re)started
  - `step=200+10`: interrupted when a checkpoint file whose name ends in a number of at least 200 is in S3
  The last two go by the program's own progress, so they interrupt at the same place on a fast and on a slow machine.
- `random:seed=7,mean_up=600,mean_down=120`: up and down times are exponential; each instance type has a line of its own
- `trace:<file.json>[,start=<seconds>]`: `{"metadata": {"gap_seconds": 600}, "data": [n, ...]}` where n is the number of
  available instances in each gap; repeats from the beginning when it ends
- `ml.g5.*=never;*=always`: a market for each pattern of instance types; the first that matches counts
"""
