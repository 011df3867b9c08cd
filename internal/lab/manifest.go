package lab

import (
	"time"

	"gradlab/internal/record"
)

// A State is where a run is in its life.
type State string

// The states. Collapse is a finding and has none.
const (
	Queued    State = "queued"    // waits for a place among the running ones
	Running   State = "running"   // is being computed
	Paused    State = "paused"    // waits to be resumed
	Finished  State = "finished"  // took all its steps
	Diverged  State = "diverged"  // met NaN or Inf; its records are kept
	Cancelled State = "cancelled" // was stopped
	Failed    State = "failed"    // could not go on; Manifest.Reason says why
	Forgotten State = "forgotten" // had ended, and its records made room for others; Manifest.Earlier says what they were
)

// Ended tells whether nothing more will come.
func (s State) Ended() bool {
	return s == Finished || s == Diverged || s == Cancelled || s == Failed || s == Forgotten
}

// repeatable tells whether the same run can be submitted again.
func (s State) repeatable() bool { return s == Cancelled || s == Failed || s == Forgotten }

// A Manifest says what a run is and how far it is. It is a value; its slices are
// shared and must not be changed.
type Manifest struct {
	ID        string        `json:"id"`
	Spec      string        `json:"spec"`                 // canonical query: the link without "/lab?"
	Title     string        `json:"title"`                // of the method
	Engine    int           `json:"engine"`               // engine.Version that computes it
	Class     string        `json:"class"`                // machine class that computes it: "fma", "plain"
	Attempt   int           `json:"attempt"`              // counts from 1; more after a failed or cancelled run was submitted again
	State     State         `json:"state"`                //
	Reason    string        `json:"reason,omitempty"`     // why the state is what it is, where that needs words
	Causes    []string      `json:"causes,omitempty"`     // likeliest causes of a divergence
	Steps     int           `json:"steps"`                // how many it takes
	Done      int           `json:"done"`                 // how many records there are
	Resumed   int           `json:"resumed,omitempty"`    // step at which it last went on from a checkpoint, if it did
	From      string        `json:"from,omitempty"`       // id of the run whose first records it took over, because they are its own
	CurveHash string        `json:"curve_hash,omitempty"` // of all records, once finished or diverged
	Position  int           `json:"position,omitempty"`   // in the queue, from 1; 0 where the run does not wait, or waits for other runs of its visitor
	Wait      float64       `json:"wait,omitempty"`       // seconds that a run with a position waits for its first place, at most, where no step is longer than a slice
	Keep      bool          `json:"keep,omitempty"`       // goes on without viewers
	Pinned    bool          `json:"pinned,omitempty"`     // never makes room for others
	Earlier   *Earlier      `json:"earlier,omitempty"`    // what it was before its records made room; not to be changed
	Seen      time.Time     `json:"seen,omitzero"`        // when somebody last looked at it or asked for it; stored now and then
	Take      int           `json:"take,omitempty"`       // steps to take before it pauses, where that is ordered
	Worker    string        `json:"worker,omitempty"`     // process that holds it, where several share a store
	Created   time.Time     `json:"created"`
	Started   time.Time     `json:"started,omitzero"`
	Ended     time.Time     `json:"ended,omitzero"`
	Schema    record.Schema `json:"schema"` // of its records

	standing `json:"-"` // is the lab's alone
}

// A standing is what the round (round.go) has to know of a run. The store keeps it;
// nobody else is told who asked for what.
type standing struct {
	Askers []asker       `json:"askers,omitempty"` // who wants the run, each visitor once; shared, not to be changed
	Since  time.Time     `json:"since,omitzero"`   // since when it waits: submitted, resumed, or at the end of its last turn
	Turn   time.Time     `json:"turn,omitzero"`    // end of its last turn
	Served time.Duration `json:"served,omitempty"` // how long it has had a place in all
	Taken  int           `json:"taken,omitempty"`  // steps that were computed in that time; not those of records that it took over
}
