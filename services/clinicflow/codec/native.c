/* The decoder of records in C: the same as what `compiled` makes in Python, for machines that have a compiler.

It may refuse what the Python form reads, never read what that refuses: whoever calls it asks the Python form again
when it raises, which reads the message or says what is wrong with it. So all errors here are one plain ValueError.

A decoder is made from a tree of tuples, one for each field: (kind, ...), see `native.py`. Lengths, counts and integers
are checked as strictly as in `primitives`; nothing is read beyond the end. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifndef CLINICFLOW_SOURCE
#define CLINICFLOW_SOURCE ""
#endif

enum { STRING, BOOLEAN, LONG, ENUM, OPTIONAL, ARRAY, RECORD };

typedef struct Node {
    int kind;
    Py_ssize_t count;       /* of symbols, or of fields */
    PyObject *values;       /* symbols of an enum, names of a record's fields: a tuple */
    PyObject *make;         /* the class of a record */
    struct Node *children;  /* the fields of a record; the one type of an optional or an array */
} Node;

typedef struct {
    const unsigned char *at, *end;
    Py_ssize_t most_items;
} Bytes;

static PyObject *refused(void) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "no value of its type");
    return NULL;
}

/* Texts that come again and again (clinics, people, roles) are one object each: less memory, and faster to look up. */

#define SLOTS 4096
#define LONGEST 40

static PyObject *slots[SLOTS];

static PyObject *text_of(const unsigned char *bytes, Py_ssize_t length) {
    uint32_t hash = 2166136261u;
    PyObject *text;
    if (length > LONGEST) return PyUnicode_DecodeUTF8((const char *)bytes, length, NULL);
    for (Py_ssize_t i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 16777619u;
    PyObject **slot = &slots[(hash ^ (hash >> 12)) & (SLOTS - 1)];
    if (*slot != NULL && PyUnicode_GET_LENGTH(*slot) == length && PyUnicode_IS_ASCII(*slot)
        && memcmp(PyUnicode_1BYTE_DATA(*slot), bytes, (size_t)length) == 0) {
        Py_INCREF(*slot);
        return *slot;
    }
    text = PyUnicode_DecodeUTF8((const char *)bytes, length, NULL);
    if (text != NULL && PyUnicode_IS_ASCII(text)) {
        PyObject *before = *slot;
        Py_INCREF(text);
        *slot = text;
        Py_XDECREF(before);
    }
    return text;
}

/* An integer of at most ten bytes and 64 bits, zig-zag. */
static int read_long(Bytes *in, int64_t *number) {
    uint64_t word = 0;
    for (int shift = 0; shift < 70; shift += 7) {
        if (in->at >= in->end) return 0;
        unsigned char byte = *in->at++;
        if (shift == 63 && byte > 1) return 0;
        word |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *number = (int64_t)(word >> 1) ^ -(int64_t)(word & 1);
            return 1;
        }
    }
    return 0;
}

static PyObject *read_node(const Node *node, Bytes *in);

static PyObject *read_string(Bytes *in) {
    int64_t length;
    if (!read_long(in, &length) || length < 0 || length > in->end - in->at) return refused();
    PyObject *text = text_of(in->at, (Py_ssize_t)length);
    in->at += length;
    return text;
}

/* One block; a negative count comes with the block's size in bytes, which then must be right. */
static int read_block(const Node *item, Bytes *in, int64_t count, PyObject *items) {
    const unsigned char *end = NULL;
    if (count < 0) {
        int64_t size;
        if (count == INT64_MIN || !read_long(in, &size) || size < 0 || size > in->end - in->at) return 0;
        count = -count;
        end = in->at + size;
    }
    if (count > in->end - in->at || count + PyList_GET_SIZE(items) > in->most_items) return 0;
    while (count-- > 0) {
        PyObject *value = read_node(item, in);
        if (value == NULL) return 0;
        int failed = PyList_Append(items, value);
        Py_DECREF(value);
        if (failed) return 0;
    }
    return end == NULL || end == in->at;
}

static PyObject *read_array(const Node *item, Bytes *in) {
    PyObject *items = PyList_New(0);
    if (items == NULL) return NULL;
    for (;;) {
        int64_t count;
        if (!read_long(in, &count)) break;
        if (count == 0) return items;
        if (!read_block(item, in, count, items)) break;
    }
    Py_DECREF(items);
    return refused();
}

#define FEW 64

static PyObject *read_record(const Node *node, Bytes *in) {
    PyObject *few[FEW], *made = NULL;
    PyObject **values = node->count <= FEW ? few : PyMem_Malloc((size_t)node->count * sizeof(PyObject *));
    Py_ssize_t read = 0;
    if (values == NULL) return PyErr_NoMemory();
    while (read < node->count && (values[read] = read_node(&node->children[read], in)) != NULL) read++;
    if (read == node->count) made = PyObject_Vectorcall(node->make, values, 0, node->values);
    while (read > 0) Py_DECREF(values[--read]);
    if (values != few) PyMem_Free(values);
    return made;
}

static PyObject *read_node(const Node *node, Bytes *in) {
    int64_t number;
    PyObject *value;
    switch (node->kind) {
    case STRING:
        return read_string(in);
    case LONG:
        return read_long(in, &number) ? PyLong_FromLongLong(number) : refused();
    case BOOLEAN:
        if (in->at >= in->end || *in->at > 1) return refused();
        return PyBool_FromLong(*in->at++);
    case ENUM:
        if (in->at >= in->end || *in->at > 127 || *in->at & 1 || *in->at / 2 >= node->count) return refused();
        value = PyTuple_GET_ITEM(node->values, *in->at++ / 2);
        Py_INCREF(value);
        return value;
    case OPTIONAL:
        if (in->at >= in->end || (*in->at != 0 && *in->at != 2)) return refused();
        if (*in->at++ == 0) Py_RETURN_NONE;
        return read_node(node->children, in);
    case ARRAY:
        return read_array(node->children, in);
    default:
        return read_record(node, in);
    }
}

/* --- a decoder is made of a tree of tuples */

static void forget(Node *node) {
    Py_CLEAR(node->values);
    Py_CLEAR(node->make);
    if (node->children != NULL) {
        Py_ssize_t children = node->kind == RECORD ? node->count : 1;
        for (Py_ssize_t i = 0; i < children; i++) forget(&node->children[i]);
        PyMem_Free(node->children);
        node->children = NULL;
    }
}

static int wrong(void) {
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "expected a tree of types as native.py makes it");
    return 0;
}

static int grow(Node *node, PyObject *told);

static int grow_children(Node *node, PyObject *const *told, Py_ssize_t count) {
    node->children = PyMem_Calloc((size_t)(count ? count : 1), sizeof(Node));
    if (node->children == NULL) return PyErr_NoMemory(), 0;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!grow(&node->children[i], told[i])) return 0;
    return 1;
}

static int grow_record(Node *node, PyObject *told) {
    PyObject *names, *fields;
    if (PyTuple_GET_SIZE(told) != 4) return wrong();
    names = PyTuple_GET_ITEM(told, 2);
    fields = PyTuple_GET_ITEM(told, 3);
    if (!PyTuple_Check(names) || !PyTuple_Check(fields) || PyTuple_GET_SIZE(names) != PyTuple_GET_SIZE(fields))
        return wrong();
    node->make = Py_NewRef(PyTuple_GET_ITEM(told, 1));
    node->values = Py_NewRef(names);
    node->count = PyTuple_GET_SIZE(names);
    return grow_children(node, ((PyTupleObject *)fields)->ob_item, node->count);
}

static int grow(Node *node, PyObject *told) {
    if (!PyTuple_Check(told) || PyTuple_GET_SIZE(told) < 1) return wrong();
    long kind = PyLong_AsLong(PyTuple_GET_ITEM(told, 0));
    if (kind < STRING || kind > RECORD) return wrong();
    node->kind = (int)kind;
    if (kind == RECORD) return grow_record(node, told);
    if (kind == STRING || kind == BOOLEAN || kind == LONG) return 1;
    if (PyTuple_GET_SIZE(told) != 2) return wrong();
    PyObject *inner = PyTuple_GET_ITEM(told, 1);
    if (kind != ENUM) return grow_children(node, &inner, 1);
    if (!PyTuple_Check(inner)) return wrong();
    node->values = Py_NewRef(inner);
    node->count = PyTuple_GET_SIZE(inner);
    return 1;
}

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    Node root;
    Py_ssize_t start, most_items;
} Decoder;

static PyObject *decode(PyObject *self, PyObject *const *args, size_t flags, PyObject *names) {
    Decoder *decoder = (Decoder *)self;
    if (PyVectorcall_NARGS(flags) != 1 || names != NULL || !PyBytes_CheckExact(args[0])) {
        PyErr_SetString(PyExc_TypeError, "expected the bytes of one message");
        return NULL;
    }
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(args[0]);
    Py_ssize_t length = PyBytes_GET_SIZE(args[0]);
    if (length < decoder->start) return refused();
    Bytes in = {data + decoder->start, data + length, decoder->most_items};
    PyObject *made = read_node(&decoder->root, &in);
    if (made != NULL && in.at != in.end) {
        Py_DECREF(made);
        return refused();
    }
    return made;
}

static PyObject *new_decoder(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    PyObject *told;
    Py_ssize_t start, most_items;
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0) return wrong(), NULL;
    if (!PyArg_ParseTuple(args, "Onn", &told, &start, &most_items)) return NULL;
    Decoder *decoder = (Decoder *)type->tp_alloc(type, 0);
    if (decoder == NULL) return NULL;
    decoder->call = decode;
    decoder->start = start;
    decoder->most_items = most_items;
    if (!grow(&decoder->root, told)) {
        Py_DECREF(decoder);
        return NULL;
    }
    return (PyObject *)decoder;
}

static void end_decoder(PyObject *self) {
    forget(&((Decoder *)self)->root);
    Py_TYPE(self)->tp_free(self);
}

static PyTypeObject decoder_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "clinicflow.codec._native.Decoder",
    .tp_doc = "Decoder(tree, start, most_items): a function from a whole message to an object.",
    .tp_basicsize = sizeof(Decoder),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_new = new_decoder,
    .tp_dealloc = end_decoder,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Decoder, call),
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_native", "Decoders of Avro records in C.", -1, NULL, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) {
    if (PyType_Ready(&decoder_type) < 0) return NULL;
    PyObject *made = PyModule_Create(&module);
    if (made == NULL) return NULL;
    if (PyModule_AddStringConstant(made, "SOURCE", CLINICFLOW_SOURCE) < 0
        || PyModule_AddObjectRef(made, "Decoder", (PyObject *)&decoder_type) < 0) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}
