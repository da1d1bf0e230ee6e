using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CvpActors.House.Tests;

/// <summary>One C# file, as far as the house has rules about it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Room">Its namespace; of a program without one, its project's.</param>
/// <param name="Lines">How many lines it has.</param>
/// <param name="Usings">What its using directives name: namespaces, and those of the types of <c>using static</c> and of other names.</param>
/// <param name="Types">The names of the types that it declares.</param>
/// <param name="Names">Every simple name in its code.</param>
/// <param name="QualifiedNames">Every name with dots in its code.</param>
/// <param name="Code">Its tokens, those of strings included.</param>
/// <param name="Comments">Its comments, those of documentation included.</param>
internal sealed record SourceFile(
    string Path,
    string Room,
    int Lines,
    IReadOnlyList<string> Usings,
    IReadOnlyList<string> Types,
    IReadOnlySet<string> Names,
    IReadOnlySet<string> QualifiedNames,
    string Code,
    string Comments)
{
    public static SourceFile Parse(string path, string text)
    {
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text).GetRoot();
        var nodes = root.DescendantNodes(n => n is not UsingDirectiveSyntax).ToList();
        var room = nodes.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();
        var comments = root.DescendantTrivia().Where(t => IsComment(t.Kind())).Select(t => t.ToFullString());
        return new SourceFile(
            path,
            room ?? path.Split('/')[1],
            text.Count(c => c == '\n'),
            [.. root.DescendantNodes().OfType<UsingDirectiveSyntax>().SelectMany(Named)],
            [.. nodes.OfType<BaseTypeDeclarationSyntax>().Select(t => t.Identifier.Text), .. nodes.OfType<DelegateDeclarationSyntax>().Select(d => d.Identifier.Text)],
            nodes.OfType<SimpleNameSyntax>().Select(n => n.Identifier.Text).ToHashSet(),
            nodes.Where(n => n is (QualifiedNameSyntax or MemberAccessExpressionSyntax) and not { Parent: BaseNamespaceDeclarationSyntax }).Select(n => n.ToString()).ToHashSet(),
            string.Join(' ', root.DescendantTokens().Select(t => t.Text)),
            string.Join('\n', comments));
    }

    private static IEnumerable<string> Named(UsingDirectiveSyntax directive)
    {
        var name = directive.NamespaceOrType.ToString();
        var mayBeType = directive.Alias is not null || directive.StaticKeyword.Text.Length > 0;
        return mayBeType && name.LastIndexOf('.') is > 0 and var dot ? [name, name[..dot]] : [name];
    }

    private static bool IsComment(SyntaxKind kind) => kind is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
        or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia;
}
