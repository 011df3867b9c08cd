// Package templates turns views into HTML.
//
// A view is a plain struct of strings and numbers; package web fills it, a
// component prints it. Components see no services, start nothing and look
// nothing up, so each can be drawn from a canned view (the golden tests do).
//
// Pages are documents first: without script a form GET gives the page, the
// server's pictures and a table. The script in static/src finds the elements that
// it upgrades by their data attributes. There is no inline style or script
// anywhere: the content security policy allows none.
package templates

import (
	"gradlab/internal/finding"
	"gradlab/internal/knob"
	"gradlab/internal/record"
	"gradlab/internal/spec"
)

// A Page is what every page has around its content.
type Page struct {
	Title       string // of the browser's tab, without the lab's name
	Description string // one sentence for search engines and link previews
	Canonical   string // address of what is shown, path and query; empty for errors
	Picture     string // absolute address of the picture for link previews; empty: none
	Theme       string // "light" or "dark", whatever the reader has chosen; Projector, until he chooses; empty: as he has
	Unlisted    bool   // not for search engines
	Assets      Assets
}

// Assets are the addresses of the built files.
type Assets struct {
	Style, Theme, Home, Lab, Probe, Share, Sweep string
	Inside                                       string // of the lab, loaded when somebody wants it
	Gallery                                      string
	Typeface                                     string // asked for with the page, before the style sheet names it
}

// A Home is the first page: the experiments, one of them moving.
type Home struct {
	Page        Page
	Moving      *Moving // nil: none
	Experiments []Card
	Methods     []MethodOption // all methods of the catalogue, for the line below the experiments
}

// A Moving is the run that the first page plays. Its curves are real records.
type Moving struct {
	Title   string // "SimCLR on Fashion-MNIST"
	Text    string // one or two sentences: what to look for
	URL     string // the lab with these settings
	Records string // address of NDJSON records: recorded ones, or /runs/{id}/records?from=0 of a live run
	Live    bool   // a run of this server that is moving now, rather than a recorded one
	Figure  string // address of the server's picture, for browsers without script
	Schema  record.Schema
	Steps   int
}

// A Card is an experiment in the list.
type Card struct {
	Title, Claim string
	Look         string   // what to look for
	URL          string   // of the experiment's page
	Lab          string   // of the lab with its settings
	Lanes        []string // what is compared: "BYOL", "with predictor none"
}

// A Chapter is a part of the list of experiments.
type Chapter struct {
	Title string
	Cards []Card
}

// Experiments is the page that lists all of them.
type Experiments struct {
	Page     Page
	Chapters []Chapter
}

// An Experiment is the page of one preset: its story, and beside it what of the lab it is about.
type Experiment struct {
	Lab    Lab         // with the preset's lanes, its story, and a lesson that is told
	Whole  string      // address of the whole lab with these settings
	Seeds  *SeedChoice // the lab with some seeds of each lane; nil where six lanes have no room for them
	Others []Card      // the other experiments
}

// A ServerPicture is a figure drawn by the server.
type ServerPicture struct {
	Name      string // of the figure: "norms"
	Title     string
	SVG, Dark string // addresses, on light and on dark paper
	Summary   string // what it shows, in a sentence or two
	Files     []Link // the same as files: SVG, PNG, CSV, JSON
}

// A Credits page lists what is not ours.
type Credits struct {
	Page  Page
	Items []Credit
}

// A Credit names one source and its terms.
type Credit struct {
	Title   string // "Fashion-MNIST, 10,000 + 2,000 images"
	Text    string // who made it, what was changed
	Licence string // "MIT License"
	URL     string // of the source; may be empty
	Full    string // text of the licence; may be empty
}

// An Error is a page for what went wrong.
type Error struct {
	Page    Page
	Status  int
	Title   string // "No such run"
	Message string // what happened and what to do, one or two sentences
	Links   []Link
}

// A Link is an address with its words.
type Link struct {
	Title, URL string
}

// A Lab is the page on which runs are set up and watched. The form edits the
// last lane.
type Lab struct {
	Page     Page
	Title    string // "SimCLR on Fashion-MNIST"
	Notices  []Notice
	Invalid  bool // the answer to a refused POST (422): notices are errors, nothing was started
	Lanes    []Lane
	Form     Form
	Method   Method     // of the last lane
	Diagram  Diagram    // of the last lane
	Switches []Switch   // what of it can be changed in the picture
	Cost     Cost       // of the last lane
	Lesson   Lesson     // what is shown, and what may be changed
	Share    Share      // of all lanes
	Address  string     // path and query of what is shown, the lesson included
	Story    *Story     // of a preset whose settings these are; nil: none
	Figures  []Figure   // what the server can draw, in the order of the page (report.Figures)
	Stages   []Stage    // of a step of the last lane
	Refusal  *Refusal   // the answer to a POST that was one too many; nil: it is none
	Recorded *Recording // of these settings, which nobody has run here; nil: there is none
	Canned   string     // in the gallery the address of its runs; empty: the server's are shown
}

// A Recording is the runs of an experiment that come with the program.
type Recording struct {
	Lanes []RecordedLane
	Steps int // of the longest
}

// A RecordedLane is one run of a recording.
type RecordedLane struct {
	Query   string        `json:"query"`   // canonical, of the lane
	Records string        `json:"records"` // address of its records as NDJSON
	Schema  record.Schema `json:"schema"`
}

// A Refusal says that nothing was started because there is too much to do already.
type Refusal struct {
	Title string // "The server is full"
	Text  string // why, and when there may be room, in sentences
}

// A Figure is one picture that the server can draw; the script draws its panels
// as charts of their own.
type Figure struct {
	Name, Title string // name as in /runs/ID/figures/NAME.svg
	Panels      []Panel
	Frame       string // name of the frame that it shows: as a heat map, or where there is a panel as its line
	Labelled    bool   // the heat map has names at its rows and a number in each cell
}

// A Panel is one pair of axes.
type Panel struct {
	Title  string         `json:"title"`
	Unit   string         `json:"unit,omitempty"`
	Log    bool           `json:"log,omitempty"`
	Within []float64      `json:"within,omitempty"` // values that the axis includes in any case
	Axis   string         `json:"axis,omitempty"`   // word for what x counts; empty: steps
	Figure string         `json:"figure,omitempty"` // the server's figure that has it, where the page does not say so
	Events []finding.Kind `json:"events,omitempty"` // what can happen that is told beside its curves
	Lines  []Line         `json:"lines"`
}

// A Line is one field of the record in a panel.
type Line struct {
	Field string `json:"field"`
	Label string `json:"label,omitempty"` // word at the line's end; empty where the panel has one line
	Sign  string `json:"sign,omitempty"`  // "positive", "negative", or empty: the lane's own colour
	Dash  bool   `json:"dash,omitempty"`
	Note  string `json:"note,omitempty"` // said in place of a line that is zero throughout
}

// A Story is a preset's text beside its curves.
type Story struct {
	Title, Claim, Look, Expect, URL string
	On                              string // what it was measured on: images, network, batch, steps, learning rate, seeds; empty: nothing was
	Figures                         []Part // those of the page that it names, by the ids of their elements
}

// A Notice is one thing about the settings that the reader should know: a value
// that was replaced, a key that nobody knows, a knob that the method dropped.
type Notice struct {
	Key  string // of the field; empty, or a key without a field, for the page as a whole
	Text string
}

// A Lane is one run among those compared.
type Lane struct {
	Letter   string         // "A", "B", "C"
	Group    int            // number of those lanes that differ from it in the seed at most
	Title    string         // "SimCLR"
	Chips    []Chip         // what differs from the first lane
	Query    string         // canonical query of this lane alone
	Alone    string         // address of the page with this lane alone
	Without  string         // address of the page without this lane and those that differ from it in the seed only; empty where nothing is left
	Settings []spec.Setting // shortest settings of this lane alone (spec.Settings)
	Resolved []spec.Setting // every key with its value (spec.Resolved)
	Classes  []string       // names of the classes of its images, by their numbers; empty where the images are missing
	Tries    []spec.Setting // what helps where its run has diverged, each by itself
	Alike    string         // how far its features agree with the first lane's; empty: not known
	Run      *Run           // nil: these settings have not been run here
	Verdict  *Verdict       // how the run compares with the curve hash in the link; nil: there is none
	Table    Table          // every n-th record, for browsers without script
}

// A Chip is one differing setting.
type Chip struct {
	Key, Title, Value string
}

// A Run is what the page says about a run.
type Run struct {
	ID        string
	URL       string // "/runs/ID"
	State     string // queued running paused finished diverged cancelled failed forgotten
	Reason    string // why the state is what it is, in words
	Causes    []string
	Done      int // steps that are recorded
	Steps     int
	Position  int     // in the queue, from 1; 0 where it is not queued, or waits for another run of its visitor
	Wait      float64 // seconds, where it has a position
	Engine    int     // engine version
	Class     string  // machine class
	Foreign   string  // that version or class are others than this server's, in words; empty: they are not
	CurveHash string
	Finding   finding.Finding // as the last record stands
	Residual  string          // of the last probe step, "3.1e-07"; empty: not measured yet
	Approx    string          // how far the gradient that drives training is from the loss's, at the last probe step
	Pinned    bool            // never makes room for others
	Earlier   string          // what it was before its records made room, and what came out since; empty: they never did
	Extend    *Extend         // nil: it cannot go on behind its end
	Figures   []ServerPicture
}

// An Extend is what a finished run can go on with.
type Extend struct {
	More   int    // steps that the form proposes
	Most   int    // steps that there may be more
	Rate   string // the learning rate that is held; empty where that is no question
	Before string // the learning rate of the settings, which may come back; empty where it may not
}

// A Table is a small data table.
type Table struct {
	Columns []string
	Rows    [][]string
}

// A Form is the settings of the last lane.
type Form struct {
	Prefix   string         // of the last lane's keys: "", "b.", "c."
	Others   []spec.Setting // keys of the other lanes as they stand in the link, for hidden fields
	Families []Family       // the method chooser
	Shortest []spec.Setting // of the last lane without method, hidden fields of the method chooser
	Groups   []Group
	Seeds    []SeedChoice // how many seeds each lane may have
	Sweep    string       // address of a sweep of the last lane's seeds
}

// A SeedChoice is a number of seeds that all lanes may have: the runs beside each other
// that differ in the seed only, drawn as one line in a band.
type SeedChoice struct {
	Count  int
	URL    string // of the page with them
	Chosen bool
}

// A Family is a group of methods with its title.
type Family struct {
	Title   string
	Methods []MethodOption
}

// A MethodOption is one method to choose.
type MethodOption struct {
	Name, Title, Doc string
	Chosen           bool
	URL              string // the lab with this method; only on the first page
}

// A Group is fields under one heading.
type Group struct {
	Title  string
	Fields []Field
	More   []Field // shown when asked for
}

// A Field is one knob.
type Field struct {
	Name, Title, Doc, Unit string
	Kind                   knob.Kind
	Value, Default         string
	Min, Max               float64
	Log                    bool
	Live                   bool   // may change in the middle of a run
	Range                  string // allowed values in words
	Options                []knob.Option
	Paper                  string // the published setting, or in words what has none here; empty: none
	Whose                  string // it is; empty: not said
	Felt                   string // what of a weight is felt at this width; empty: all of it
	Idle                   string // why it has no effect as things are set; empty: it has
	Notice                 string // what is wrong with the value that was asked for; empty: nothing
}

// A Method is what the page tells about a method.
type Method struct {
	Name, Title string
	Essay       string // the doc comment, in Go's doc syntax
	Source      string // name of the file, "barlow.go"
	References  []Reference
	Loss        string // TeX
	Terms       []Term
	Gradient    Gradient // that drives training
	Shares      Shares   // how the negative term counts other samples; zero where nobody has written it
	NoNegatives string   // for a loss without other samples: where the negative term comes from and why it is there
}

// Shares are the weights of other samples in the negative term.
type Shares struct{ TeX, Doc string }

// A Reference is a source with the place in it that matters.
type Reference struct {
	Text, URL, Where string
}

// A Term is one named part of the gradient.
type Term struct {
	Name string // key under `terms`
	Role string // positive negative own
	TeX  string
	Doc  string
}

// A Gradient is what drives training.
type Gradient struct {
	Name, Title, Doc, TeX string
	Kind                  string // "exact", "approximation", "mistake"
}

// A Diagram is the two branches as they are set.
type Diagram struct {
	Prefix    string // of the names inside the picture, where a page has several; empty on the lab
	Encoder   string // "conv 16"
	Projector string // "3 x 256"; empty: none
	Predictor string // "mlp 128"; empty: none
	Target    string // shared stopped momentum
	Negative  string // source of the negatives, likewise; the same as Target in most runs
	Momentum  string // "0.99", of the slow copy, where one is used
	Loss      string // "cosine", "softmax", "correlation": what compares the outputs; may be empty
}

// A Switch gives one setting of the last lane another value.
type Switch struct {
	Name    string         // "stop"
	Title   string         // "stop-gradient"
	Key     string         // of the setting
	Field   string         // the same with the lane's prefix, as in the link
	Rest    []spec.Setting // all other settings of all lanes, hidden fields
	Options []SwitchOption
}

// A SwitchOption is one value that a switch can set.
type SwitchOption struct {
	Value, Title, Doc string
	Chosen            bool
}

// A Cost is what a run costs on this server, before anybody clicks.
type Cost struct {
	Seconds  float64 // estimated; 0 where the server cannot tell
	Memory   int64   // bytes
	Position int     // in the queue if it were started now; 0: starts at once
	Wait     float64 // seconds for its first record, where it has a position
	Behind   bool    // it would come after another run of the visitor
	Lacks    string  // why it would wait, where nobody knows how long
}

// A Stage is one part of a step of training as it is set, in the order in which a step goes through them.
type Stage struct {
	Name    string // "views", "loss": in the link, and in what the picture lights up
	Title   string
	Text    string
	Shape   string // "z₁, z₂: 128 × 256"; empty: none to tell
	Numbers []StageNumber
}

// A StageNumber is a field of the record that belongs to a stage. It is shown where
// the very step has measured it.
type StageNumber struct {
	Field, Label string
	Sign         string // "positive", "negative" or empty: its colour
}
