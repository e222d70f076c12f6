/// A token, by its place in the vocabulary of its model.
public typealias Token = Int32
