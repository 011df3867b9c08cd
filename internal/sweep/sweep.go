package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gradlab/internal/engine"
	"gradlab/internal/grid"
	"gradlab/internal/knob"
)

// A Run is one run of a sweep.
type Run struct {
	*grid.Run
	ID     string // empty: the server has not taken it yet
	State  string // as the server says; "refused" where it does not take the run
	Reason string
	Done   int // steps
	Hash   string
	Values map[string]*float64 // of the last record, once it has ended; nil is not a finite number

	ended   bool
	told    bool    // its end has been in a Progress
	before  int     // steps that were there when the server was asked first; -1: not asked yet
	flops   float64 // of a step, which is what an estimate goes by
	retried int
}

const (
	watched    = 16               // runs that are asked after in one round: the oldest that have not ended
	usualPause = time.Second      // between two rounds
	longest    = 30 * time.Second // between two tries while the server is away
	retries    = 3                // of a run that was cancelled: a server may take back what it has not begun
)

// Columns are the fields of the table unless others are asked for.
var Columns = []string{"knn_accuracy", "loss", "channel_std", "effective_rank", "balance"}

// A Sweep computes a grid.
type Sweep struct {
	Grid    *grid.Grid
	Columns []string
	Pause   time.Duration // between two rounds; 0 is a second

	client *Client
	runs   []*Run // of all points, each once, in their order
	known  map[*grid.Run]*Run
	began  time.Time
}

// New returns the sweep of a grid; without columns it has those of Columns that its runs
// measure. The error names each column that no run measures.
func New(g *grid.Grid, c *Client, columns []string) (*Sweep, error) {
	s := &Sweep{Grid: g, Columns: columns, client: c, known: map[*grid.Run]*Run{}}
	costs := map[string]float64{} // a plan for each point, not for each seed
	var known []string
	for _, p := range g.Points {
		for _, of := range p.Runs {
			if s.known[of] != nil {
				continue
			}
			r := &Run{Run: of, before: -1}
			s.known[of], s.runs = r, append(s.runs, r)
			key := r.Spec
			key.Seed = 0
			flops, ok := costs[key.Query()]
			if !ok {
				cost, _ := engine.Plan(key, engine.Options{}) // whether it is too large is for the server to say
				flops = cost.FLOPs / float64(r.Spec.Length())
				costs[key.Query()] = flops
				for _, f := range engine.Schema(key).Fields {
					if !slices.Contains(known, f.Name) {
						known = append(known, f.Name)
					}
				}
			}
			r.flops = flops
		}
	}
	var errs knob.Errors
	if len(columns) == 0 {
		s.Columns = slices.DeleteFunc(slices.Clone(Columns), func(c string) bool { return !slices.Contains(known, c) })
	}
	for _, c := range columns {
		if !slices.Contains(known, c) {
			errs = append(errs, &knob.Error{Key: "columns", Value: c, Problem: "is nothing that these runs measure", Nearest: knob.Closest(c, known)})
		}
	}
	if errs != nil {
		return nil, errs
	}
	return s, nil
}

// Runs returns all runs, each once.
func (s *Sweep) Runs() []*Run { return s.runs }

// of returns the runs of a point.
func (s *Sweep) of(p grid.Point) []*Run {
	runs := make([]*Run, len(p.Runs))
	for i, r := range p.Runs {
		runs[i] = s.known[r]
	}
	return runs
}

// Run submits all runs and returns when all have ended, calling show after each round. While the
// server is away or has no room it waits and tries again; only one that could not be
// reached a first time is an error. The error is the context's, too.
func (s *Sweep) Run(ctx context.Context, show func(Progress)) error {
	s.began = time.Now()
	reached, away, full := false, time.Duration(0), time.Time{}
	for {
		err := s.watch(ctx)
		if err == nil && time.Now().After(full) {
			err = s.submit(ctx)
		}
		p := s.progress()
		pause := s.Pause
		if pause == 0 {
			pause = usualPause
		}
		var absent *absence
		switch {
		case err == nil:
			reached, away = true, 0
		case errors.As(err, &absent) && absent.full:
			reached, away = true, 0
			full = time.Now().Add(min(absent.after, longest))
		case errors.As(err, &absent) && reached:
			away = min(max(2*away, pause), longest)
			pause, p.Away = away, err.Error()
		case errors.As(err, &absent):
			return fmt.Errorf("no lab answers: %w", err)
		default:
			return err
		}
		show(p)
		if p.Ended == p.Runs {
			return nil
		}
		if len(p.Just) > 0 {
			full = time.Time{} // there is room again
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// submit hands runs to the server until it has all, or no room for more.
func (s *Sweep) submit(ctx context.Context) error {
	for _, r := range s.runs {
		if r.ID != "" || r.ended {
			continue
		}
		id, err := s.client.submit(ctx, r.Spec.Query())
		switch {
		case errors.Is(err, errRefused):
			r.ended, r.State, r.Reason = true, "refused", err.Error()
		case err != nil:
			return err
		default:
			r.ID = id
		}
	}
	return nil
}

// watch asks how far the oldest runs are that have not ended.
func (s *Sweep) watch(ctx context.Context) error {
	n := 0
	for _, r := range s.runs {
		if r.ID == "" || r.ended {
			continue
		}
		if n++; n > watched {
			break
		}
		if err := s.ask(ctx, r); err != nil {
			return err
		}
		if r.ended {
			n--
		}
	}
	return nil
}

// ask asks how far a run is, and for its last record where it has ended.
func (s *Sweep) ask(ctx context.Context, r *Run) error {
	m, err := s.client.run(ctx, r.ID)
	if errors.Is(err, errUnknown) { // another store than before
		r.ID = ""
		return nil
	}
	if err != nil {
		return err
	}
	if r.before < 0 {
		r.before = m.Done
	}
	r.State, r.Reason, r.Done, r.Hash = m.State, m.Reason, m.Done, m.CurveHash
	switch m.State {
	case "finished", "diverged":
		if r.Values, err = s.client.record(ctx, r.ID, m.Done-1); err != nil {
			return err
		}
		r.ended = true
	case "failed":
		r.ended = true
	case "cancelled", "forgotten":
		if r.retried++; r.retried > retries {
			r.ended = true
		} else {
			r.ID = ""
		}
	}
	return nil
}

// A Progress is how far a sweep is.
type Progress struct {
	Runs, Ended, Running int
	Share                float64       // of all computing that is done, 0 to 1
	Left                 time.Duration // estimated; 0 where nothing is known yet
	Away                 string        // why the server does not answer; empty where it does
	Stuck                string        // why none is computed, where the server says so
	Just                 []*Run        // that ended since the last time
}

// progress counts. The estimate goes by the operations of the steps that were taken since
// the sweep began, at whatever number of runs at a time the server computes.
func (s *Sweep) progress() Progress {
	p := Progress{Runs: len(s.runs)}
	var all, done, fresh float64
	for _, r := range s.runs {
		steps := r.Spec.Length()
		if r.ended {
			p.Ended++
			steps = r.Done // one that diverged has no more
			if !r.told {
				r.told = true
				p.Just = append(p.Just, r)
			}
		} else if r.State == "running" {
			p.Running++
		} else if r.State == "queued" {
			p.Stuck = cmp.Or(p.Stuck, r.Reason)
		}
		all += r.flops * float64(steps)
		done += r.flops * float64(r.Done)
		if r.before >= 0 {
			fresh += r.flops * float64(max(0, r.Done-r.before))
		}
	}
	if p.Running > 0 {
		p.Stuck = ""
	}
	if all > 0 {
		p.Share = done / all
	}
	if fresh > 0 {
		p.Left = time.Duration(float64(time.Since(s.began)) * (all - done) / fresh)
	}
	return p
}

// Lost returns an error that names the runs that could not be computed; one that
// diverged could.
func (s *Sweep) Lost() error {
	var errs []error
	for _, r := range s.runs {
		if r.ended && r.Values == nil {
			errs = append(errs, fmt.Errorf("%s: %s: %s", r.Name, r.State, r.Reason))
		}
	}
	return errors.Join(errs...)
}
