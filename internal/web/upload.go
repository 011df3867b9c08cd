package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"

	"gradlab/internal/engine/foreign"
	"gradlab/internal/engine/method"
	"gradlab/internal/knob"
	"gradlab/internal/npy"
	"gradlab/templates"
)

// An upload is what has been read of a request.
type upload struct {
	arrays   map[string]npy.Array
	seen     map[string]bool
	settings []method.Setting
	faults   faults
}

// readUpload reads arrays and settings. Its error is faults where they are at
// fault, all at once; options that are not come with it. Parts are read as they come: nothing goes to a disk.
func readUpload(w http.ResponseWriter, r *http.Request) (foreign.Input, foreign.Options, error) {
	r.Body = http.MaxBytesReader(w, r.Body, probeBody)
	parts, err := r.MultipartReader()
	if err != nil {
		return foreign.Input{}, foreign.Options{}, &problem{http.StatusUnsupportedMediaType, "No files came",
			"Send the arrays as the files of a form: curl -F x1=@x1.npy -F x2=@x2.npy."}
	}
	u := upload{arrays: map[string]npy.Array{}, seen: map[string]bool{}}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = u.take(part)
		}
		if err != nil {
			return foreign.Input{}, foreign.Options{}, uploadProblem(err)
		}
	}
	o, err := foreign.Parse(u.settings)
	u.faults = append(u.faults, settingFaults(err)...)
	in := u.input()
	if in.T != nil && o.Target != "" {
		u.fault("target", string(o.Target), "target=%s has no meaning where t1 and t2 are given", o.Target)
	}
	if len(u.faults) > 0 {
		return foreign.Input{}, o, u.faults
	}
	return in, o, nil
}

// take reads one part of the form. Its error is the transport's.
func (u *upload) take(part *multipart.Part) error {
	name := part.FormName()
	isFile := slices.ContainsFunc(probeFiles, func(f templates.ProbeFile) bool { return f.Name == name })
	if !isFile {
		return u.setting(name, part)
	}
	content := bufio.NewReader(part)
	if _, err := content.Peek(1); err == io.EOF && part.FileName() == "" {
		return nil // a field of the form that was left alone
	}
	if u.seen[name] {
		u.fault(name, part.FileName(), "%s is given twice", name)
		return nil
	}
	u.seen[name] = true
	a, err := npy.Read(content, probeNumbers)
	switch {
	case err == nil && a.Rows > probeRows:
		u.fault(name, part.FileName(), "%d rows are more than the %d that are taken here; give fewer, the same of every array: x[:%d]", a.Rows, probeRows, probeRows)
	case err == nil:
		u.arrays[name] = a
	case isTransport(err):
		return err
	default:
		u.fault(name, part.FileName(), "%s cannot be read: %w", fileName(part.FileName()), err)
	}
	return nil
}

// setting reads a part that is not a file.
func (u *upload) setting(key string, part *multipart.Part) error {
	value, err := io.ReadAll(io.LimitReader(part, probeText+1))
	switch {
	case err != nil:
		return err
	case len(u.settings) >= probeFields:
		return badRequest("More than %d settings.", probeFields)
	case len(key) > probeText || len(value) > probeText:
		u.fault(cut(key), "", "a setting fits into %d bytes; files are x1, x2, t1 and t2", probeText)
	case len(value) > 0:
		u.settings = append(u.settings, method.Setting{Key: key, Value: string(value)})
	}
	return nil
}

// input puts the arrays together, and finds what is wrong with them.
func (u *upload) input() foreign.Input {
	for i, f := range probeFiles {
		other := probeFiles[i^1].Name
		switch {
		case u.seen[f.Name]:
		case f.Needed:
			u.fault(f.Name, "", "%s is missing: two views are wanted, of the same images", f.Name)
		case u.seen[other]:
			u.fault(f.Name, "", "%s is missing: targets are wanted for both views, or for none", f.Name)
		}
	}
	in := foreign.Input{X: [2]npy.Array{u.arrays["x1"], u.arrays["x2"]}}
	t1, has1 := u.arrays["t1"]
	t2, has2 := u.arrays["t2"]
	if has1 && has2 {
		in.T = &[2]npy.Array{t1, t2}
	}
	if len(u.arrays) < len(u.seen) || len(u.faults) > 0 {
		// What cannot be compared is at least looked at by itself.
		for _, f := range probeFiles {
			if a, ok := u.arrays[f.Name]; ok {
				if err := a.Finite(); err != nil {
					u.fault(f.Name, "", "%s: %w", f.Name, err)
				}
			}
		}
		return in
	}
	for _, err := range joined(in.Check()) {
		var f *foreign.Fault
		if errors.As(err, &f) {
			u.fault(f.Array, "", "%w", err)
		}
	}
	return in
}

// fault notes what is wrong with a field.
func (u *upload) fault(field, value, format string, args ...any) {
	err := fmt.Errorf(format, args...)
	u.faults = append(u.faults, apiError{Error: &knob.Error{Key: field, Value: cut(value), Problem: err.Error()}, Message: err.Error() + "."})
}

// faults are what is wrong with an upload, each at its field.
type faults []apiError

// Error gives one line for each.
func (f faults) Error() string {
	lines := make([]string, len(f))
	for i, e := range f {
		lines[i] = e.Message
	}
	return strings.Join(lines, "\n")
}

// settingFaults are the errors of settings as faults.
func settingFaults(err error) faults {
	var settings knob.Errors
	if !errors.As(err, &settings) {
		return nil
	}
	return faults(apiErrors(settings))
}

// joined takes apart what errors.Join has put together.
func joined(err error) []error {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		return list.Unwrap()
	}
	return nil
}

// isTransport tells a broken or overlong request from a bad file. A body that
// ends early looks like a file that is cut off, until the next part is asked for.
func isTransport(err error) bool {
	var large *http.MaxBytesError
	return errors.As(err, &large) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.Canceled)
}

// uploadProblem says what broke an upload off.
func uploadProblem(err error) error {
	var large *http.MaxBytesError
	var known *problem
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &large):
		return &problem{http.StatusRequestEntityTooLarge, "Too large",
			fmt.Sprintf("The files together may take %d MiB. Give fewer rows, x[:%d], or call lab probe on your own machine.", probeBody>>20, probeRows)}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &problem{http.StatusRequestTimeout, "Too slow", fmt.Sprintf("The files did not arrive within %v. Give fewer rows.", uploadTime)}
	}
	return badRequest("The form broke off or is malformed: %.200s.", err.Error())
}

func fileName(name string) string {
	if name == "" {
		return "the file"
	}
	return cut(name)
}

// cut keeps what strangers call things to a line's length.
func cut(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return s
}
