/// A token: its index in the model's vocabulary.
public typealias Token = Int32
