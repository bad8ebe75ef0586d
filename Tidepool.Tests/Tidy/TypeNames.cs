using System.Reflection;

namespace Tidepool.Tests.Tidy;

/// <summary>Types as C# writes them, without namespaces.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
    };

    internal static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Of(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        return s_keywords.TryGetValue(type, out string? keyword)
            ? keyword
            : Of(type, type.GetGenericArguments().Select(Of));
    }

    /// <summary>A type with a question mark wherever null is allowed.</summary>
    internal static string Of(NullabilityInfo info)
    {
        if (info.Type.IsValueType && Nullable.GetUnderlyingType(info.Type) is null && !info.Type.IsGenericType)
        {
            return Of(info.Type);
        }

        Type type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string name = type switch
        {
            { IsArray: true } when info.ElementType is { } element => Of(element) + "[]",
            { IsGenericType: true } when Nullable.GetUnderlyingType(type) is null =>
                Of(type, info.GenericTypeArguments.Select(Of)),
            _ => Of(type),
        };
        bool isNullable = info.ReadState == NullabilityState.Nullable && !type.IsValueType;
        return isNullable ? name + "?" : name;
    }

    private static string Of(Type type, IEnumerable<string> arguments)
    {
        string name = type.Name.Split('`')[0];
        string prefix = type is { IsNested: true, IsGenericParameter: false } ? Of(type.DeclaringType!) + "." : "";
        string[] all = [.. arguments];
        return all.Length == 0 ? prefix + name : $"{prefix}{name}<{string.Join(", ", all)}>";
    }
}
