// Package autodiff is a small reverse-mode tape in float64 over gonum's dense
// matrices: the lab's independent oracle. It shares no code with the engine
// that trains, so that agreement between the two means something.
//
// A Tape records what is computed; Backward walks the record from its end to
// its beginning and leaves in each node the derivative of one scalar with
// respect to that node.
//
//	t := autodiff.NewTape()
//	x := t.Var(8, 6, data)                    // 8 x 6
//	u := x.UnitRows()                         // rows of length 1
//	loss := u.MatMul(u.T()).Square().Sum()    // |u u'|_F^2, 1 x 1
//	t.Backward(loss)
//	fmt.Println(x.Grad())                     // d loss / d x, row-major
//
// Each operation is written beside its derivative, one kind of operation a
// file, and is tested by central differences. A matrix is R x C, a row vector
// 1 x C, a column vector R x 1, a scalar 1 x 1; element-wise operations stretch
// vectors and scalars to the other operand's shape. A wrong shape is a
// programmer's mistake and panics with a message that starts with "autodiff: ".
package autodiff
