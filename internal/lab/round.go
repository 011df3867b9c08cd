package lab

import (
	"cmp"
	"slices"
	"time"
)

// An asker is a visitor who wants a run.
type asker struct {
	Visitor string    `json:"visitor,omitempty"` // short digest; empty: known by the address alone
	Address string    `json:"address,omitempty"` // short digest of where the request came from
	From    time.Time `json:"from"`              // since when the visitor wants it
	At      time.Time `json:"at"`                // of the visitor's newest submission that has it; the lanes of a comparison have the same
}

// name is under which visitor the round counts the asker.
func (a asker) name() string {
	if a.Visitor != "" {
		return "visitor " + a.Visitor
	}
	return "address " + a.Address
}

// list is the asker alone; none where nobody in particular asks.
func (a asker) list() []asker {
	if a.Visitor == "" && a.Address == "" {
		return nil
	}
	return []asker{a}
}

// askers are those who want the run. One that nobody in particular asked for stands for itself.
func (m *Manifest) askers() []asker {
	if len(m.Askers) == 0 {
		return []asker{{Address: "of run " + m.ID}}
	}
	return m.Askers
}

// A claimant is a run as the round sees it.
type claimant struct {
	m      *Manifest
	waits  bool // for a place
	placed bool // has one
}

// A party is a visitor as the round sees it.
type party struct {
	name   string
	places int       // that its runs have
	under  int       // its runs that are under way: with a place, or between two slices
	turn   time.Time // end of its last turn
	first  time.Time // its oldest submission that waits or has places, those with keep aside
	waits  bool      // at least one of its runs does
	joined time.Time // since when it waits for its turn
	number int       // from 1, in the order of turns, of those that wait
}

// A rank is a waiting run's place in the round.
type rank struct {
	m     *Manifest
	party *party // by which it comes first
	under bool   // a visitor who wants it has runs under way
}

// order is the rule of the lab: which of the runs that wait gets the next free place.
// It returns those that may have one, the first to get one first.
//
// Visitors take turns. Who has fewest places comes first; among equals who waits
// longest: since the submission, or since the end of the visitor's last turn. So a
// newcomer joins the end of the round, and nobody who waits for a first place is
// ever overtaken. Of a visitor's submissions the oldest has its turn, and of that one
// the lane that waits longest; those with keep come behind the others. A run that
// several visitors want goes by the one who comes first.
//
// It is a function of manifests, and of who waits and who has a place, alone: all
// processes that know the same runs give the same answer. Runs that have ended matter
// as long as somebody waits since before their end: they were their visitor's turn.
func order(all []claimant) []rank {
	parties := map[string]*party{}
	wanted := make([][]*party, len(all)) // by whom each run is, in the order of its askers
	for i, c := range all {
		for _, a := range c.m.askers() {
			name := a.name()
			p := parties[name]
			if p == nil {
				p = &party{name: name}
				parties[name] = p
			}
			p.meet(c, a)
			wanted[i] = append(wanted[i], p)
		}
	}
	number(parties)

	var ranks []rank
	for i, c := range all {
		best := rank{m: c.m}
		for j, a := range c.m.askers() {
			p := wanted[i][j]
			if !c.waits || !p.lets(c.m, a) {
				continue
			}
			best.under = best.under || p.under > 0
			if best.party == nil || p.number < best.party.number {
				best.party = p
			}
		}
		if best.party != nil {
			ranks = append(ranks, best)
		}
	}
	slices.SortFunc(ranks, func(a, b rank) int {
		if a.party != b.party {
			return cmp.Compare(a.party.number, b.party.number)
		}
		return cmp.Or(last(a.m.Keep, b.m.Keep), a.m.Since.Compare(b.m.Since), a.m.Created.Compare(b.m.Created), cmp.Compare(a.m.ID, b.m.ID))
	})
	return ranks
}

// meet takes in a run that the visitor wants.
func (p *party) meet(c claimant, a asker) {
	p.turn = latest(p.turn, c.m.Turn)
	if c.placed {
		p.places++
	}
	if c.placed || c.waits && c.m.State == Running {
		p.under++
	}
	if c.waits {
		p.waits = true
		p.joined = earliest(p.joined, latest(c.m.Since, a.From))
	}
	if (c.placed || c.waits) && !c.m.Keep {
		p.first = earliest(p.first, a.At)
	}
}

// lets tells whether the visitor's other submissions let this one have a place: one
// at a time does. An address may stand for a whole school, and a run with keep waits
// for nobody who looks at it.
func (p *party) lets(m *Manifest, a asker) bool {
	return m.Keep || a.Visitor == "" || a.At.Equal(p.first)
}

// number puts the visitors who wait in their order. Where two of them wait for the
// same run, more are counted than will begin before the next: they may yet part.
func number(parties map[string]*party) {
	var waiting []*party
	for _, p := range parties {
		if p.waits {
			p.joined = latest(p.joined, p.turn)
			waiting = append(waiting, p)
		}
	}
	slices.SortFunc(waiting, func(p, q *party) int {
		return cmp.Or(cmp.Compare(p.places, q.places), p.joined.Compare(q.joined), cmp.Compare(p.name, q.name))
	})
	for i, p := range waiting {
		p.number = i + 1
	}
}

// position is the run's in the queue: its visitor's among those who wait without a
// place. It has none where its visitor has runs under way.
func (r rank) position() int {
	if r.under {
		return 0
	}
	return r.party.number
}

// expected is how long the run with that number waits for its first record, where
// each turn takes a whole slice.
func expected(number, places int, slice time.Duration) time.Duration {
	return time.Duration((number+places-1)/places) * slice
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// last puts what is true behind what is not.
func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
