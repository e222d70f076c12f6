/// Why a model file was refused.
public struct GGUFError: Error, Equatable, CustomStringConvertible {
  /// The path that the caller gave.
  public var path: String
  /// Byte offset of the fault in the file, if it has one.
  public var offset: Int?
  /// What is wrong.
  public var reason: Reason

  /// What can be wrong with a model file.
  public enum Reason: Equatable, Sendable {
    /// The system refused to open it; the system's own words.
    case cannotOpen(String)
    /// The system refused to read it; the system's own words.
    case cannotRead(String)
    /// It is shorter than when it was opened.
    case cutOffMeanwhile
    /// It is a directory, a pipe, a device.
    case notARegularFile(kind: String)
    /// Fewer bytes than a header has.
    case tooShort(bytes: Int)
    /// Another format, named where it is known.
    case notGGUF(found: String?)
    /// Written for big-endian machines.
    case bigEndian
    /// A version other than 2 and 3.
    case unsupportedVersion(UInt32)
    /// A header field reaches beyond the end of the file.
    case fieldBeyondEnd(field: String, needed: UInt64, remaining: Int)
    /// A count or a length that no file of this size, or no sane file, can hold.
    case countTooLarge(field: String, count: UInt64, limit: Int)
    /// A metadata key that the format does not allow, such as none.
    case badKey(String, problem: String)
    /// A key that occurs twice.
    case duplicateKey(String)
    /// A metadata value that cannot be read.
    case badValue(key: String, problem: String)
    /// A key that must be there is not.
    case missingKey(String)
    /// A value of another type than the key's.
    case wrongType(key: String, expected: String, found: String)
    /// A value outside the range that makes sense.
    case outOfRange(key: String, value: String, allowed: String)
    /// A tensor that contradicts itself or the file.
    case badTensor(String, problem: String)
    /// Two tensors of one name.
    case duplicateTensor(String)
    /// Weights of a type that the kernels cannot compute with.
    case unsupportedTensorType(tensor: String, type: String)
    /// A tensor's data reaches beyond the end of the file.
    case dataBeyondEnd(tensor: String, missing: Int)
    /// A part of a split model, which another part needs, cannot be opened; the system's words.
    case missingPart(of: String, String)
    /// A part of a split model whose name does not end as its metadata say, so that the others
    /// cannot be found; parts are numbered from 1.
    case renamedPart(number: Int, count: Int, suffix: String)
    /// A part that does not belong to the others.
    case foreignPart(problem: String)
    /// A model family that is not known here.
    case unsupportedArchitecture(String)
    /// Something the model asks for that would be computed wrongly here.
    case unsupportedFeature(String)
    /// A tensor that the architecture needs is not in the file.
    case missingTensor(String)
    /// A tensor whose dimensions contradict the model's hyper-parameters.
    case wrongShape(tensor: String, expected: [Int], found: [Int])
    /// A layer-by-layer value that is not the same for all layers.
    case differentLayers(key: String)
    /// One piece of a file that was cut by `split` or a similar program.
    case pieceOfFile
    /// A vocabulary that no tokenizer can be made of.
    case unusableTokenizer(TokenizerError)
    /// The tokenizer knows tokens that the weights do not.
    case tokensWithoutWeights(tokens: Int, rows: Int)
    /// Weights and KV cache need more memory than the machine has to give; bytes.
    case notEnoughMemory(needed: Int, available: Int)
  }

  /// One or two sentences for people, without control characters.
  public var description: String {
    let place = offset.map { " (byte \($0))" } ?? ""
    let sentence = reason.sentence.shortened(to: 300)
    return (path + ": " + sentence + place + "." + reason.remedy).withoutControlCharacters
  }
}

extension GGUFError.Reason {
  /// What happened, without a full stop.
  fileprivate var sentence: String {
    switch self {
    case .cannotOpen(let why): "cannot be opened: \(why)"
    case .cannotRead(let why): "cannot be read: \(why)"
    case .cutOffMeanwhile: "was cut off while it was in use"
    case .notARegularFile(let kind): "is \(kind), not a file"
    case .tooShort(let bytes): "has \(bytes) bytes, fewer than a GGUF header"
    case .notGGUF(let found):
      if let found { "is not a GGUF file but \(found)" } else { "is not a GGUF file" }
    case .bigEndian: "was written for big-endian machines"
    case .unsupportedVersion(let version):
      "has GGUF version \(version); versions 2 and 3 can be read"
    case .fieldBeyondEnd(let field, let needed, let remaining):
      "is cut off or damaged: \(field) needs \(needed) bytes and the file has \(remaining) left"
    case .countTooLarge(let field, let count, let limit):
      "claims \(field) of \(count); at most \(limit) are possible"
    case .badKey(let key, let problem): "has the metadata key \"\(key)\", which \(problem)"
    case .duplicateKey(let key): "has the metadata key \"\(key)\" twice"
    case .badValue(let key, let problem): "has a value of \"\(key)\" that \(problem)"
    case .missingKey(let key): "lacks the metadata key \"\(key)\""
    case .wrongType(let key, let expected, let found):
      "has \(found) for \"\(key)\" where \(expected) belongs"
    case .outOfRange(let key, let value, let allowed):
      "has the value \(value) for \"\(key)\"; allowed is \(allowed)"
    case .badTensor(let name, let problem): "has the tensor \"\(name)\", which \(problem)"
    case .duplicateTensor(let name): "has the tensor \"\(name)\" twice"
    case .unsupportedTensorType(let tensor, let type):
      "has the tensor \"\(tensor)\" of type \(type), which cannot be computed here"
    case .dataBeyondEnd(let tensor, let missing):
      "is cut off: the tensor \"\(tensor)\" ends \(missing) bytes after the file"
    case .missingPart(let opened, let why): "is a part of \(opened) and cannot be opened: \(why)"
    case .renamedPart(let number, let count, let suffix):
      "is part \(number) of \(count) of a split model and its name does not end in \(suffix)"
    case .foreignPart(let problem): problem
    case .unsupportedArchitecture(let name): "is a model of architecture \"\(name)\""
    case .unsupportedFeature(let feature): "uses \(feature), which cannot be computed here"
    case .missingTensor(let name): "lacks the tensor \"\(name)\""
    case .wrongShape(let tensor, let expected, let found):
      "has the tensor \"\(tensor)\" with dimensions \(found) where \(expected) belong"
    case .differentLayers(let key):
      "has layers with different values of \"\(key)\", which cannot be computed here"
    case .pieceOfFile: "is one piece of a file that was cut"
    case .unusableTokenizer(let error): error.sentence
    case .tokensWithoutWeights(let tokens, let rows):
      "has a tokenizer of \(tokens) tokens and weights of \(rows)"
    case .notEnoughMemory(let needed, let available):
      "needs \(mebibytes(needed)) MiB for weights and KV cache; \(mebibytes(available)) MiB are free"
    }
  }

  /// A sentence that tells what to do, with a space before it; empty where there is nothing to say.
  fileprivate var remedy: String {
    switch self {
    case .cannotOpen, .notARegularFile: " Check the path."
    case .cutOffMeanwhile: " Start again when it is complete."
    case .tooShort, .fieldBeyondEnd, .dataBeyondEnd: " Download it again."
    case .notGGUF(let found) where found?.contains("Git LFS") == true:
      " Fetch the file itself with `git lfs pull`."
    case .notGGUF, .bigEndian: " Give a little-endian GGUF file of the model."
    case .unsupportedVersion: " Convert the model again with a current converter."
    case .unsupportedTensorType:
      " Use a file of the same model with these types: "
        + TensorType.supported.map(\.name).joined(separator: ", ") + "."
    case .missingPart, .foreignPart: " Put all parts of one model into one folder."
    case .renamedPart: " Give all parts their names again."
    case .unsupportedArchitecture:
      " Supported are " + Family.all.map(\.name).joined(separator: ", ") + "."
    case .pieceOfFile: " Join all pieces in their order with `cat PIECE… > MODEL.gguf`."
    case .tokensWithoutWeights: " Convert the model or download it again."
    case .notEnoughMemory: " Use a smaller or more strongly quantized model, or a shorter context."
    default: ""
    }
  }

  private func mebibytes(_ bytes: Int) -> Int { bytes / 1_048_576 }
}

extension String {
  /// The text, with the middle left out where it is longer than `limit` scalars: one character may
  /// carry any number of marks.
  func shortened(to limit: Int) -> String {
    guard unicodeScalars.count > limit else { return self }
    return String(unicodeScalars.prefix(limit * 2 / 3)) + "…"
      + String(unicodeScalars.suffix(limit / 3 - 1))
  }

  /// The text between quotation marks, control characters escaped, cut where it is longer than
  /// `limit` scalars.
  func quoted(upTo limit: Int) -> String {
    guard unicodeScalars.count > limit else { return debugDescription }
    return String(unicodeScalars.prefix(limit)).debugDescription + "…"
  }

  /// The text with every control, format and separator scalar written as `<U+XXXX>`: what comes
  /// from a file must not steer a terminal.
  var withoutControlCharacters: String {
    var clean = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        let hex = String(scalar.value, radix: 16, uppercase: true)
        clean += "<U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex + ">"
      default: clean.unicodeScalars.append(scalar)
      }
    }
    return clean
  }
}
